import { lstatSync, realpathSync } from "node:fs";
import { basename, dirname } from "node:path";
import { Failure, messageOf } from "../../../core/errors/index.ts";
import type { Item } from "../../../core/manifest/index.ts";
import type { Stage } from "../../../core/process/index.ts";
import { type Making, make } from "../making.ts";
import { tellComplaints } from "./complaints.ts";

interface Tree {
  type: "directory" | "file";
  name: string;
  path: string;
}

/** tar exits with 1 when a file changed or went while it was read: what it read of it stands in the archive. */
const changedWhileRead = 1;

/** What tar says of such files; anything else at exit code 1 is no warning to live with. */
const harmless = /file changed as we read it|file removed before we read it|file shrank by|socket ignored/i;

/**
 * Archives a folder or a file as it is: numbers of owners, ACLs, extended attributes; a symbolic link as a link.
 *
 * @throws Failure BACKUP_FAILED when it is not there or cannot be read whole, and what `make` throws
 */
export async function backUpTree(making: Making, { type, name, path }: Tree, file: string): Promise<Item> {
  assertThere(type, path);
  const source = {
    type,
    name,
    file,
    stages: [archiveStage(path)],
    reader: listStage,
    signal: making.desk.signal,
  };
  await using made = await make(making, source).catch((thrown: unknown) => {
    throw unreadable(thrown, path);
  });
  const warnings = tellComplaints(making.desk, made.exits);
  const grave = warnings.filter((line) => !harmless.test(line));
  if (made.exits[0]?.exitCode === changedWhileRead && grave.length > 0)
    throw notWhole(path, grave.join("\n"));
  const { rawBytes, lines } = await made.prove();
  return { type, ...made.common, rawBytes, facts: { path, entries: lines, warnings } };
}

/** Options that tar takes from there could leave files out. */
export const tarEnvironment = { LC_ALL: "C.UTF-8", TAR_OPTIONS: undefined };

/** The archive's names start from the folder above, so that it can be unpacked beside what stands there. */
function archiveStage(path: string): Stage {
  return {
    name: "tar",
    argv: [
      ...["tar", "--create", "--file=-", "--format=posix", "--numeric-owner", "--acls", "--xattrs"],
      ...["--xattrs-include=*", "--sparse", "--quoting-style=escape", `--directory=${dirname(path)}`],
      ...["--", basename(path)],
    ],
    env: tarEnvironment,
    accepted: [0, changedWhileRead],
  };
}

const listStage: Stage = {
  name: "tar",
  argv: ["tar", "--list", "--file=-", "--quoting-style=escape"],
  env: tarEnvironment,
};

function assertThere(type: Tree["type"], path: string): void {
  try {
    const found = lstatSync(path);
    if (type === "directory" ? found.isDirectory() : found.isFile()) return;
    if (found.isSymbolicLink()) throw notWhole(path, `it is a symbolic link: name ${realpathSync(path)}`);
  } catch (thrown) {
    throw thrown instanceof Failure ? thrown : notWhole(path, messageOf(thrown));
  }
  throw notWhole(path, type === "directory" ? "it is no folder" : "it is no plain file");
}

function unreadable(thrown: unknown, path: string): unknown {
  if (!(thrown instanceof Failure) || thrown.code !== "COMMAND_FAILED") return thrown;
  return notWhole(path, thrown.why ?? thrown.message);
}

function notWhole(path: string, why: string): Failure {
  return new Failure("BACKUP_FAILED", {
    message: `${path} cannot be backed up whole`,
    why,
    remedy: "mend the path or its modes, or take it out of the configuration; then run again",
    details: { path },
  });
}
