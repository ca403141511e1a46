import { type CheckName, checkNames } from "./checks.ts";
import { type FolderName, folderNames } from "./folder-names.ts";

/** One part of the run. */
export type Stage = { check: CheckName } | { folder: FolderName; files: string[] };

/** Every test file of the project, relative to it. */
export async function testFiles(project: string): Promise<string[]> {
  const glob = new Bun.Glob(`tests/{${folderNames.join(",")}}/**/*.test.ts`);
  return (await Array.fromAsync(glob.scan({ cwd: project }))).sort();
}

function chosen(file: string, words: readonly string[]): boolean {
  const name = file.slice("tests/".length);
  return words.some(
    (word) => name === word || name.startsWith(word.endsWith("/") ? word : `${word}/`) || isStart(name, word),
  );
}

/** `faults/kill` means faults/kill.test.ts and faults/kill-during-switch.test.ts too; a folder's bare start does not count. */
function isStart(name: string, word: string): boolean {
  return word.includes("/") && name.startsWith(word);
}

function normalized(word: string): string {
  return word.replace(/^\.\//, "").replace(/^tests\//, "");
}

/**
 * The stages that the arguments ask for, all without any, the quick ones first. An argument names a check
 * (`types`), a folder (`unit`), or the start of a path below tests/ (`faults/kill`).
 */
export function select(files: readonly string[], args: readonly string[]): Stage[] {
  const words = args.map(normalized);
  const all = words.length === 0;
  const checks = checkNames.filter((name) => all || words.includes(name)).map((check) => ({ check }));
  const folders = folderNames
    .map((folder) => ({
      folder,
      files: files.filter((file) => file.startsWith(`tests/${folder}/`) && (all || chosen(file, words))),
    }))
    .filter((stage) => stage.files.length > 0);
  return [...checks, ...folders];
}

/** The arguments that name nothing there is: a slip of the hand must not look like a pass. */
export function unknownWords(files: readonly string[], args: readonly string[]): string[] {
  return args.filter((word) => select(files, [word]).length === 0);
}
