import { realpathSync, statSync } from "node:fs";
import type { Configuration } from "../../../core/config/index.ts";
import { defaultRules, type Owners } from "./defaults.ts";
import { patternOf } from "./pattern.ts";
import { assertHarmless } from "./protect.ts";
import type { Rule } from "./rule.ts";

export interface Policy {
  /** The project's folder, with no link on the way to it. */
  root: string;
  rules: readonly Rule[];
}

type Section = NonNullable<Configuration["permissions"]>;

/**
 * The rules of a configuration, the defaults first.
 *
 * @throws Failure PERMISSIONS_POLICY
 */
export function policyOf(
  configuration: Configuration,
  section: Section,
  application: Owners["application"],
  databases: readonly string[],
): Policy {
  const root = realpathSync(configuration.root);
  const { uid, gid } = statSync(root);
  const owners: Owners = { application, operator: { uid, gid } };
  const resolved = {
    ...configuration,
    root,
    path: (path: string) => withoutLinksAbove(configuration.path(path), configuration.root, root),
    state: (...parts: string[]) => [root, ".switchover", ...parts].join("/"),
  };
  const own = section.rules.map((rule) => ruleOf(rule, owners, resolved.path));
  assertHarmless(own, root);
  return { root, rules: [...defaultRules(resolved, owners, databases), ...own] };
}

/** The project may be reached by a link; inside of it none is followed. */
function withoutLinksAbove(path: string, root: string, real: string): string {
  return path === root || path.startsWith(`${root}/`) ? real + path.slice(root.length) : path;
}

function ruleOf(
  { name, paths, except, owner, group, directories, files, also }: Section["rules"][number],
  owners: Owners,
  absolute: (path: string) => string,
): Rule {
  return {
    name,
    origin: "policy",
    paths: paths.map((path) => patternOf(absolute(path))),
    except: except.map((path) => patternOf(path.startsWith("**/") ? `/${path}` : absolute(path))),
    uid: typeof owner === "string" ? owners[owner].uid : owner,
    gid: typeof group === "string" ? owners[group].gid : group,
    directoryMode: modeOf(directories),
    fileMode: modeOf(files),
    also: new Set(also),
    onlyItself: false,
  };
}

function modeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number.parseInt(text, 8);
}
