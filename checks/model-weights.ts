import { stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { shownBytes } from "../sdk/core/config/index.ts";
import { errnoOf } from "../sdk/core/files/index.ts";
import { asTyped } from "../sdk/core/process/index.ts";
import { defineCheck } from "./define.ts";
import { type Fault, lookOf } from "./faults.ts";
import { sha256Of } from "./model-weights/sha256.ts";
import { standInOf } from "./model-weights/stand-in.ts";
import { bytes, oneOrMore } from "./options.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/i, "expected the 64 hexadecimal digits of a SHA-256");

/** Hashing takes a whole processor for each file: one is left to the site that serves. */
const atOnce = Math.max(1, availableParallelism() - 1);

/** Whether the files that are too large for an image are there, whole, and the right ones. */
export const modelWeights = defineCheck({
  id: "model-weights",
  title: "Model weights",
  summary: "Whether a model's files are there and readable, of the right size and content",
  example: "--directory weights --file model.bin --min-size 100MB",
  deadline: "60s",
  options: z
    .strictObject({
      directory: z.string().describe("The folder that is mounted into the containers."),
      file: oneOrMore(z.string()).describe("The files, by their names in the folder."),
      minSize: bytes().default(1).describe("The size under which a file must have been cut off."),
      sizes: z.record(z.string(), bytes()).default({}).describe("The exact size of a file, by its name."),
      sha256: z
        .record(z.string(), sha256)
        .default({})
        .describe("The SHA-256 of a file, by its name; reading it takes its time."),
    })
    .refine(
      ({ file, sizes, sha256 }) =>
        [...Object.keys(sizes), ...Object.keys(sha256)].every((name) => file.includes(name)),
      "expected sizes and sha256 of files that are named: of another file nothing would be checked",
    ),
  look: async ({ directory, file, minSize, sizes, sha256: hashes }, { signal }) => {
    const looks: Fault[][] = [];
    const left = file.entries();
    const lookOn = async () => {
      for (const [place, name] of left)
        looks[place] = await faultsOf(
          join(directory, name),
          { minSize, size: sizes[name], hash: hashes[name] },
          signal,
        );
    };
    await Promise.all(Array.from({ length: atOnce }, lookOn));
    const hashed = file.filter((name) => name in hashes).length;
    const proven = hashed === 0 ? "" : `, ${hashed === file.length ? "" : `${hashed} of them `}by SHA-256`;
    const count = `${file.length === 1 ? "the file is" : `all ${file.length} files are`} there and whole${proven}`;
    return lookOf(looks.flat(), { good: count, evidence: { directory, files: file } });
  },
});

interface Wanted {
  minSize: number;
  size: number | undefined;
  hash: string | undefined;
}

async function faultsOf(
  path: string,
  { minSize, size, hash }: Wanted,
  signal: AbortSignal,
): Promise<Fault[]> {
  const remedy = `fetch ${path} again from where it comes from`;
  try {
    const seen = await stat(path);
    if (!seen.isFile()) return [{ status: "fail", says: `${path} is no file`, remedy }];
    if (size !== undefined && seen.size !== size) {
      const says = `${path} has ${seen.size} bytes, and not ${size}`;
      return [{ status: "fail", says, remedy }];
    }
    if (seen.size < minSize) {
      const says = `${path} has ${shownBytes(seen.size)}, less than ${shownBytes(minSize)}: it was cut off`;
      return [{ status: "fail", says, remedy }];
    }
    const standIn = await standInOf(path);
    if (standIn !== undefined)
      return [
        {
          status: "fail",
          says: `${path} is ${standIn.what}, and no model`,
          remedy: standIn.remedy ?? remedy,
        },
      ];
    if (hash === undefined || (await sha256Of(path, signal)) === hash.toLowerCase()) return [];
    return [{ status: "fail", says: `${path} does not have the SHA-256 that it should`, remedy }];
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return [{ status: "fail", says: `${path} is missing`, remedy }];
    if (errnoOf(thrown) === "EACCES")
      return [{ status: "fail", says: `${path} may not be read`, remedy: asTyped(["chmod", "a+r", path]) }];
    throw thrown;
  }
}
