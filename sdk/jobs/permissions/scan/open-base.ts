import { messageOf } from "../../../core/errors/index.ts";
import { errnoOf } from "../../../core/files/index.ts";
import { cString } from "../../../core/libc/index.ts";
import {
  close,
  directoryAt,
  type Entry,
  emptyAttributes,
  lookAt,
  openDirectory,
  openDirectoryAt,
  pathOfEntry,
  readNameOf,
} from "../../../systems/tree/index.ts";
import { type Base, pathOfNames } from "../policy/bases.ts";
import type { Policy } from "../policy/policy.ts";
import { meet, type Scope, scopeAt } from "../policy/scope.ts";
import { leave, type Tally, withinRoot } from "../tally.ts";
import { holdsDatabase } from "./database.ts";

/** Where a walk begins: a name in an open folder, to be judged like every other, and to be entered if it is a folder. */
export interface Opened {
  entry: Entry<Scope>;
  /** The rule that it falls under itself. */
  rule: number | undefined;
  /** Opens it for the walk through what is in it; undefined when there is nothing to walk through. */
  enter: () => { descriptor: number; path: Uint8Array; scope: Scope } | undefined;
}

/**
 * Opens a place that the policy names, following no link on the way. What is not there is told, and passed over.
 *
 * @param reached whether another walk leads through it; such a walk ends at mounts
 */
export function openBase(base: Base, reached: boolean, policy: Policy, tally: Tally): Opened | undefined {
  const scope = scopeAt(policy.rules, base.names.slice(0, -1));
  const entry = scope === undefined ? undefined : lookAtBase(base, scope, policy, tally);
  if (entry === undefined) return undefined;
  const { attributes, descriptor, directory, name } = entry;
  if (attributes.kind === "symlink") warnOfLink(base, policy, tally);
  if (reached && attributes.mountRoot !== true) {
    close(descriptor);
    return undefined;
  }
  const met = meet(policy.rules, directory.scope, name.bytes());
  const isDirectory = attributes.kind === "directory";
  const onlyItself = policy.rules[met.rule ?? 0]?.onlyItself === true;
  if (isDirectory && !onlyItself && holdsDatabase(entry)) {
    leave(tally, "database", () => pathOfEntry(entry), policy.root);
    close(descriptor);
    return undefined;
  }
  const { rule, scope: inner } = met;
  return {
    entry,
    rule,
    enter: () =>
      isDirectory && inner !== undefined
        ? { descriptor: openDirectoryAt(descriptor, name.bytes()), path: pathOfEntry(entry), scope: inner }
        : undefined,
  };
}

/** The place as an entry of the folder above it, which is left open. */
function lookAtBase(base: Base, scope: Scope, policy: Policy, tally: Tally): Entry<Scope> | undefined {
  const name = base.names.at(-1) ?? new Uint8Array();
  const above = pathOfNames(base.names.slice(0, -1));
  let descriptor: number | undefined;
  try {
    descriptor = openDirectory(above);
    const attributes = emptyAttributes();
    if (lookAt(descriptor, cString(name), attributes)) {
      const directory = directoryAt(above, descriptor, scope);
      return { directory, descriptor, name: readNameOf(name), attributes };
    }
    tell(base, "ENOENT", "", policy, tally);
  } catch (thrown) {
    tell(base, errnoOf(thrown), messageOf(thrown), policy, tally);
  }
  if (descriptor !== undefined) close(descriptor);
  return undefined;
}

function warnOfLink({ rule, names }: Base, { root }: Policy, tally: Tally): void {
  const shown = withinRoot(pathOfNames(names), root);
  tally.warnings.push(`${rule.name}: ${shown} is a symbolic link: name what it leads to`);
}

/** What a default names need not be there. What a person has written down is expected to be. */
function tell(
  { rule, literal, names }: Base,
  errno: string | undefined,
  message: string,
  { root }: Policy,
  tally: Tally,
) {
  const missing = errno === "ENOENT";
  const shown = withinRoot(pathOfNames(names), root);
  const why =
    errno === "ELOOP" || errno === "ENOTDIR"
      ? "lies behind a symbolic link, or in what is no folder: name the folder itself"
      : `cannot be looked at: ${message}`;
  const said = `${rule.name}: ${shown} ${missing ? "is not there" : why}`;
  if (missing && (rule.origin === "default" || !literal)) tally.notes.push(said);
  else tally.warnings.push(said);
}
