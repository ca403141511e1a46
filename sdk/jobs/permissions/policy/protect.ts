import { dirname, resolve } from "node:path";
import { Failure } from "../../../core/errors/index.ts";
import { namesOf, shownPath } from "../../../systems/tree/index.ts";
import { basesOf, liesIn, pathOfNames } from "./bases.ts";
import type { Owners } from "./defaults.ts";
import type { Rule } from "./rule.ts";
import { meet, scopeAt } from "./scope.ts";

/** What a project is run from: owners and modes in it are those of whoever checked it out. */
const ownFolders = [".git", "checks", "node_modules", "scripts", "sdk"];

/** What decides which code the scripts run, beside the configuration and the Compose files. */
const ownFiles = ["bunfig.toml", "package.json", "tsconfig.json"];

/** The checkout that runs now. */
const checkout = resolve(import.meta.dir, "../../../..");

export interface Project {
  root: string;
  /** The files that say what the scripts and containers run: the configuration, and those of Compose. */
  decisive: readonly string[];
  operator: Owners["operator"];
}

/**
 * Refuses rules that lead over the whole project or the whole machine, into the project's own sources, or that let somebody
 * else decide what is run here, perhaps by root.
 *
 * @throws Failure PERMISSIONS_POLICY
 */
export function assertHarmless(rules: readonly Rule[], { root, decisive, operator }: Project): void {
  const roots = [root, checkout].map((path) => namesOf(Buffer.from(path)));
  const own = [root, checkout].flatMap((path) =>
    ownFolders.map((folder) => namesOf(Buffer.from(`${path}/${folder}`))),
  );
  const files = [
    ...decisive,
    ...[root, checkout].flatMap((path) => ownFiles.map((name) => `${path}/${name}`)),
  ];
  const deciding = files
    .flatMap((file) => [file, dirname(file)])
    .map((path) => namesOf(Buffer.from(path)))
    .filter((names) => !roots.some((place) => liesIn(place, names)));
  for (const rule of rules) {
    const isDefault = rule.origin === "default";
    for (const { names, literal, pattern } of beginnings(rule)) {
      const shown = `${shownPath(pathOfNames(names))}/`;
      // A name with wildcards right in a folder, such as `.env*`, leads no further than what has that name.
      const shallow = !literal && !startsAnyFolder(pattern, names.length);
      if (
        names.length < (isDefault ? 1 : 2) ||
        roots.some((place) => (shallow ? covers(rule, place) : liesIn(place, names)))
      )
        throw tooWide(rule, shown);
      // An env file may well lie beside the scripts.
      if (own.some((place) => (!isDefault && liesIn(names, place)) || covers(rule, place)))
        throw ownSource(rule, shown);
      if (givesAway(rule, operator) && deciding.some((place) => covers(rule, place)))
        throw givenAway(rule, shown);
    }
  }
}

/** Where each path of a rule begins, by itself. */
function beginnings(rule: Rule) {
  return rule.paths.flatMap((pattern) =>
    basesOf([{ ...rule, paths: [pattern] }]).map((base) => ({ ...base, pattern })),
  );
}

/** Whether a path falls under a rule, be it there or not. */
function covers(rule: Rule, names: readonly Uint8Array[]): boolean {
  const scope = scopeAt([rule], names.slice(0, -1));
  const name = names.at(-1);
  return scope !== undefined && name !== undefined && meet([rule], scope, name).rule !== undefined;
}

/** Whether somebody else than the operator and root could write to what falls under a rule. */
function givesAway(
  { uid, gid, directoryMode = 0, fileMode = 0 }: Rule,
  operator: Owners["operator"],
): boolean {
  const isForeign = (id: number | undefined, own: number) => id !== undefined && id !== own && id !== 0;
  const mode = directoryMode | fileMode;
  if (isForeign(uid, operator.uid) || (mode & 0o002) !== 0) return true;
  return isForeign(gid, operator.gid) && (mode & 0o020) !== 0;
}

function startsAnyFolder({ segments }: Rule["paths"][number], at: number): boolean {
  return segments.slice(at).some(({ kind }) => kind === "any folders") || segments.length > at + 1;
}

function tooWide({ name, origin }: Rule, path: string): Failure {
  return new Failure("PERMISSIONS_POLICY", {
    message: `the rule ${name} leads over all of ${path}`,
    why: "the whole project, with its sources and its history, or the whole machine, would be given to one user",
    remedy:
      origin === "default"
        ? `name the folder itself that is meant, where the configuration speaks of ${name}`
        : "name the folders that are meant, in permissions.rules",
  });
}

function ownSource({ name }: Rule, path: string): Failure {
  return new Failure("PERMISSIONS_POLICY", {
    message: `the rule ${name} leads into ${path}`,
    why: "these are the project's own sources, which its user must be able to change and to run",
    remedy: "leave them out of permissions.rules",
  });
}

function givenAway({ name }: Rule, path: string): Failure {
  return new Failure("PERMISSIONS_POLICY", {
    message: `the rule ${name} gives what is run here to another user, in ${path}`,
    why: "whoever may write to the configuration, the Compose files or package.json decides what this host runs",
    remedy: 'name the folders that are meant, or give them to "operator"',
  });
}

/**
 * Refuses to remove temporary files anywhere but in what the application keeps: below the uploads, or what a rule of the
 * policy is about.
 *
 * @throws Failure PERMISSIONS_POLICY
 */
export function assertOwnFolders(
  temporary: readonly { directory: string }[],
  rules: readonly Rule[],
  root: string,
): void {
  for (const { directory } of temporary) {
    const names = namesOf(Buffer.from(directory));
    const isOwn = basesOf(rules).some(
      ({ names: base, literal }) => literal && names.length > base.length && liesIn(names, base),
    );
    const scope = scopeAt(rules, names.slice(0, -1));
    const rule = rules[(scope && meet(rules, scope, names.at(-1) ?? new Uint8Array()).rule) ?? -1];
    const isKept = rule?.origin === "default" && rule.name !== "uploads";
    const isState = liesIn(names, namesOf(Buffer.from(`${root}/.switchover`)));
    if (isOwn && !isKept && !isState && !directory.split("/").includes("..")) continue;
    throw new Failure("PERMISSIONS_POLICY", {
      message: `permissions.temporary names ${directory}, which is no folder inside of what a rule is about`,
      why: "files are removed only where the application alone keeps its own",
      remedy: "name a folder inside of the uploads, or write a rule for the folder that it lies in",
    });
  }
}
