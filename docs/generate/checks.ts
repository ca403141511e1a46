import { basename, join, resolve } from "node:path";
import { Glob } from "bun";
import { z } from "zod";
import type { AnyCheck } from "../../checks/define.ts";

const folder = resolve(import.meta.dir, "../../checks");

/** A check, and the file that it is. */
export interface CheckFile {
  /** Its name without `.ts`: the check's id. */
  name: string;
  /** What the file exports. */
  constant: string;
  check: AnyCheck;
}

const asCheck = z.custom<AnyCheck>((value) => typeof value === "function" && "with" in value);

/**
 * Every check of the folder, in the order of their ids: a file that defines one is one, and nothing else makes it known.
 *
 * @throws Error for a file whose name, constant and id do not agree.
 */
export async function checkFiles(): Promise<CheckFile[]> {
  const files: CheckFile[] = [];
  for (const file of [...new Glob("*.ts").scanSync(folder)].sort()) {
    const path = join(folder, file);
    const constant = /^export const (\w+) = defineCheck\(/m.exec(await Bun.file(path).text())?.[1];
    if (constant === undefined) continue;
    const module: Record<string, unknown> = await import(path);
    const [name, check] = [basename(file, ".ts"), asCheck.parse(module[constant])];
    if (check.id !== name || constant !== camelCase(name))
      throw new Error(`checks/${file}: expected the id "${name}" and the constant ${camelCase(name)}`);
    files.push({ name, constant, check });
  }
  return files;
}

function camelCase(name: string): string {
  return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
