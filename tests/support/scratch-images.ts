import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { docker } from "../../sdk/systems/docker/index.ts";

const deadlineMs = 120_000;

export interface ScratchImage {
  /** Its name; without one it has only its id. */
  name?: string;
  /** What it is built on: nothing at all unless told. */
  base?: string;
  /** Its files, by their absolute paths. */
  files: Readonly<Record<string, string>>;
  labels?: Readonly<Record<string, string>>;
  /** The folders that it declares as volumes. */
  volumes?: readonly string[];
}

/** Builds an image out of nothing but these files, and gives its id. */
export async function buildScratchImage({
  name,
  base = "scratch",
  files,
  labels = {},
  volumes = [],
}: ScratchImage): Promise<string> {
  const context = mkdtempSync(join(tmpdir(), "switchover-image-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(context, "root", path)), { recursive: true });
      writeFileSync(join(context, "root", path), text);
    }
    const marks = Object.entries(labels).map(([key, value]) => `LABEL ${key}=${JSON.stringify(value)}\n`);
    const declared = volumes.map((folder) => `VOLUME ${JSON.stringify([folder])}\n`);
    const lines = [...marks, ...declared].join("");
    writeFileSync(join(context, "Dockerfile"), `FROM ${base}\nCOPY root /\n${lines}`);
    const tag = name === undefined ? [] : ["--tag", name];
    // The classic builder is in every engine; the other one may want a plugin that is not here.
    const env = { DOCKER_BUILDKIT: "0" };
    return (await docker(["build", "--quiet", ...tag, context], { deadlineMs, env })).trim();
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}
