import { realpathSync, statSync } from "node:fs";
import { basename, join, normalize } from "node:path";
import type { Configuration } from "../../../core/config/index.ts";
import { Failure } from "../../../core/errors/index.ts";
import { namesOf } from "../../../systems/tree/index.ts";
import { basesOf, liesIn } from "./bases.ts";
import { defaultRules, type Owners } from "./defaults.ts";
import { patternOf } from "./pattern.ts";
import { assertHarmless, assertOwnFolders } from "./protect.ts";
import type { Rule } from "./rule.ts";

export interface Policy {
  /** The project's folder, with no link on the way to it. */
  root: string;
  rules: readonly Rule[];
  application: Owners["application"];
  temporary: readonly { directory: string; olderThanMs: number }[];
  /** Folders that may lie in themselves once more: an outer one and the one in it that is called the same. */
  nested: readonly { outer: string; inner: string }[];
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
  if (/[*?]/.test(root)) throw wildcardAbove(root);
  const { uid, gid } = statSync(root);
  const owners: Owners = { application, operator: { uid, gid } };
  const resolved = {
    ...configuration,
    root,
    path: (path: string) => withoutLinksAbove(configuration.path(path), configuration.root, root),
    state: (...parts: string[]) => [root, ".switchover", ...parts].join("/"),
  };
  const own = section.rules.map((rule) => ruleOf(rule, owners, resolved.path));
  const temporary = section.temporary.map(({ directory, olderThan }) => ({
    directory: resolved.path(directory),
    olderThanMs: olderThan,
  }));
  const rules = [...defaultRules(resolved, owners, databases), ...own];
  const { environments, shared } = configuration.platform;
  const composeFiles = [environments.blue, environments.green, shared].flatMap(({ files }) => files);
  const decisive = [configuration.file, ...composeFiles].map(resolved.path);
  assertHarmless(rules, { root, decisive, operator: owners.operator });
  assertOwnFolders(temporary, rules, root);
  return { root, rules, application, temporary, nested: nestedIn(configuration, resolved.path, rules) };
}

/** Each uploads folder with what would be its copy inside of it, unless a rule, or the other one's uploads, are about that. */
function nestedIn(
  { uploads }: Configuration,
  absolute: (path: string) => string,
  rules: readonly Rule[],
): Policy["nested"] {
  if (uploads === undefined) return [];
  const outers = new Set([uploads.blue, uploads.green].map((path) => normalize(absolute(path))));
  const isMeant = (inner: string) =>
    basesOf(rules).some(({ names }) => liesIn(names, namesOf(Buffer.from(inner))));
  return [...outers]
    .map((outer) => ({ outer, inner: join(outer, basename(outer)) }))
    .filter(({ inner }) => !isMeant(inner));
}

/** The project may be reached by a link; inside of it none is followed. */
function withoutLinksAbove(path: string, root: string, real: string): string {
  return path === root || path.startsWith(`${root}/`) ? real + path.slice(root.length) : path;
}

function wildcardAbove(root: string): Failure {
  return new Failure("PERMISSIONS_POLICY", {
    message: `the project lies in ${root}, whose name has a wildcard in it`,
    why: "every path of a rule begins with it, and would fit other folders too",
    remedy: "move the project to a folder without * and ? in its path",
  });
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
