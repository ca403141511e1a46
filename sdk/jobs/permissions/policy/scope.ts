import { after, beginning, isWhole, type Pattern, type Places } from "./pattern.ts";
import type { Rule } from "./rule.ts";

/** Which rules still have to do with what lies in a folder. */
export interface Scope {
  readonly states: readonly RuleState[];
  /** The rule that everything in the folder falls under, however it is called; undefined where names decide. */
  readonly settled: number | undefined;
}

interface RuleState {
  rule: number;
  /** Whether the folder, and therefore what is in it, falls under the rule. */
  inside: boolean;
  paths: readonly Places[];
  except: readonly Places[];
}

/** What a name in a folder means to the rules. */
export interface Met {
  /** The rule that it falls under. */
  rule: number | undefined;
  /** What holds inside of it, if it is a folder; undefined when no rule has to do with that. */
  scope: Scope | undefined;
}

function topScope(rules: readonly Rule[]): Scope {
  return scopeOf(
    rules.map(({ paths, except }, rule) => ({
      rule,
      inside: false,
      paths: paths.map(beginning),
      except: except.map(beginning),
    })),
  );
}

/** The scope of a folder, from its names on the way from the root; undefined when no rule has to do with it. */
export function scopeAt(rules: readonly Rule[], names: readonly Uint8Array[]): Scope | undefined {
  let scope: Scope | undefined = topScope(rules);
  for (const name of names) scope = scope && meet(rules, scope, name).scope;
  return scope;
}

/** What the rules say of a name in a folder of this scope, and the scope below it. */
export function meet(rules: readonly Rule[], scope: Scope, name: Uint8Array): Met {
  let rule: number | undefined;
  const below: RuleState[] = [];
  for (const state of scope.states) {
    const { paths, except, onlyItself = false } = rules[state.rule] ?? {};
    const excepted = advanced(except, state.except, name);
    if (anyWhole(except, excepted)) continue;
    const on = state.inside ? [] : advanced(paths, state.paths, name);
    const inside = state.inside || anyWhole(paths, on);
    if (inside) rule = state.rule;
    const alive = inside ? !onlyItself : on.some((places) => places !== 0);
    if (alive) below.push({ rule: state.rule, inside, paths: on, except: excepted });
  }
  return { rule, scope: below.length === 0 ? undefined : scopeOf(below) };
}

/** Of several rules the last one counts: once nothing can take a folder's content out of it, those before it are nothing. */
function scopeOf(states: readonly RuleState[]): Scope {
  const last = states.at(-1);
  const settled = last?.inside === true && last.except.every((places) => places === 0);
  return settled ? { states: [last], settled: last.rule } : { states, settled: undefined };
}

function advanced(
  patterns: readonly Pattern[] = [],
  places: readonly Places[],
  name: Uint8Array,
): readonly Places[] {
  return patterns.map((pattern, index) => after(pattern, places[index] ?? 0, name));
}

function anyWhole(patterns: readonly Pattern[] = [], places: readonly Places[]): boolean {
  return patterns.some((pattern, index) => isWhole(pattern, places[index] ?? 0));
}
