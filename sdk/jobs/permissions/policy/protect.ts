import { resolve } from "node:path";
import { Failure } from "../../../core/errors/index.ts";
import { namesOf, shownPath } from "../../../systems/tree/index.ts";
import { basesOf, liesIn, pathOfNames } from "./bases.ts";
import type { Rule } from "./rule.ts";

/** What a project is run from: owners and modes in it are those of whoever checked it out. */
const ownFolders = [".git", "checks", "node_modules", "scripts", "sdk"];

/** The checkout that runs now. */
const checkout = resolve(import.meta.dir, "../../../..");

/**
 * Refuses rules that lead over the whole project or the whole machine, or into the project's own sources.
 *
 * @throws Failure PERMISSIONS_POLICY
 */
export function assertHarmless(rules: readonly Rule[], root: string): void {
  const roots = [root, checkout].map((path) => namesOf(Buffer.from(path)));
  const own = [root, checkout].flatMap((path) =>
    ownFolders.map((folder) => namesOf(Buffer.from(`${path}/${folder}`))),
  );
  for (const rule of rules) {
    for (const { names, literal } of basesOf([rule])) {
      const shown = `${shownPath(pathOfNames(names))}/`;
      // Only a name with wildcards right in the project's folder, such as `.env*`, may begin there.
      const shallow =
        !literal && rule.paths.every(({ segments }) => !startsAnyFolder(segments, names.length));
      if (
        names.length < 2 ||
        roots.some((place) => liesIn(place, names) && !(shallow && liesIn(names, place)))
      )
        throw tooWide(rule, shown);
      if (own.some((place) => liesIn(names, place))) throw ownSource(rule, shown);
    }
  }
}

function startsAnyFolder(segments: Rule["paths"][number]["segments"], at: number): boolean {
  return segments.slice(at).some(({ kind }) => kind === "any folders") || segments.length > at + 1;
}

function tooWide({ name }: Rule, path: string): Failure {
  return new Failure("PERMISSIONS_POLICY", {
    message: `the rule ${name} leads over all of ${path}`,
    why: "the whole project, with its sources and its history, or the whole machine, would be given to one user",
    remedy: "name the folders that are meant, in permissions.rules",
  });
}

function ownSource({ name }: Rule, path: string): Failure {
  return new Failure("PERMISSIONS_POLICY", {
    message: `the rule ${name} leads into ${path}`,
    why: "these are the project's own sources, which its user must be able to change and to run",
    remedy: "leave them out of permissions.rules",
  });
}

/**
 * Refuses to remove temporary files anywhere but below a folder that the rules are about.
 *
 * @throws Failure PERMISSIONS_POLICY
 */
export function assertOwnFolders(
  temporary: readonly { directory: string }[],
  rules: readonly Rule[],
  root: string,
): void {
  const bases = basesOf(rules).filter(({ literal }) => literal);
  for (const { directory } of temporary) {
    const names = namesOf(Buffer.from(directory));
    const isOwn = bases.some((base) => names.length > base.names.length && liesIn(names, base.names));
    const isState = liesIn(names, namesOf(Buffer.from(`${root}/.switchover`)));
    if (isOwn && !isState && !directory.split("/").includes("..")) continue;
    throw new Failure("PERMISSIONS_POLICY", {
      message: `permissions.temporary names ${directory}, which is no folder inside of what a rule is about`,
      why: "files are removed only where the application alone keeps its own",
      remedy: "name a folder inside of the uploads, or write a rule for the folder that it lies in",
    });
  }
}
