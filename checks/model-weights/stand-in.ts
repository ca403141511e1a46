import { open } from "node:fs/promises";

/** What lies where a model should, when fetching it went wrong without anybody noticing. */
interface StandIn {
  what: string;
  remedy?: string;
}

const firstBytes = 256;

/**
 * What a file is instead of a model, by its first bytes; undefined where they are like neither.
 *
 * @throws the file system's own error for a file that may not be read
 */
export async function standInOf(path: string): Promise<StandIn | undefined> {
  await using file = await open(path, "r");
  const { buffer, bytesRead } = await file.read(Buffer.alloc(firstBytes), 0, firstBytes, 0);
  const text = buffer.toString("latin1", 0, bytesRead).trimStart();
  // https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
  if (text.startsWith("version https://git-lfs.github.com/spec/"))
    return { what: "a pointer of Git LFS", remedy: "fetch what it points to: git lfs pull" };
  return /^<(?:!doctype html|html)\b/i.test(text) ? { what: "a page of HTML" } : undefined;
}
