import { run } from "../../core/process/index.ts";

const deadlineMs = 10_000;

/** The git revision of a folder, with "-dirty" behind it when files differ from it; undefined outside git. */
export async function sourceRevision(folder: string): Promise<string | undefined> {
  if (Bun.which("git") === null) return undefined;
  const [head, changes] = await Promise.all([
    run(["git", "-C", folder, "rev-parse", "--short=12", "HEAD"], { deadlineMs }),
    run(["git", "-C", folder, "status", "--porcelain", "--untracked-files=no"], { deadlineMs }),
  ]);
  if (head.exitCode !== 0) return undefined;
  return `${head.stdout.trim()}${changes.stdout.trim() === "" ? "" : "-dirty"}`;
}
