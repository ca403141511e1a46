import { z } from "zod";
import { shownBytes } from "../sdk/core/config/index.ts";
import type { Look } from "../sdk/core/finding/index.ts";
import { daemon } from "../sdk/systems/docker/index.ts";
import { type FileSystem, fileSystemOf } from "../sdk/systems/host/index.ts";
import { defineCheck } from "./define.ts";
import { bytes, oneOrMore, within } from "./options.ts";

/** Whether every file system that matters has room, for bytes and for files. */
export const diskSpace = defineCheck({
  id: "disk-space",
  title: "Disk space",
  summary: "Whether every file system that matters has room, for bytes and for files",
  example: "--path / --minimum 10GB",
  deadline: "15s",
  options: z.strictObject({
    path: oneOrMore(z.string()).describe("Where there must be room; each file system is looked at once."),
    minimum: bytes().default(10e9).describe("The bytes that must be free."),
    minimumInodes: z.int().nonnegative().default(10_000).describe("The files that must still fit."),
    docker: z.boolean().default(false).describe("Look at the folder where Docker keeps images, too."),
  }),
  look: async (options, context) => {
    const paths = options.docker
      ? [...options.path, (await daemon(within(context))).rootDirectory]
      : options.path;
    const systems = distinct(await Promise.all(paths.map(fileSystemOf)));
    return judge(systems, options);
  },
});

function distinct(systems: readonly FileSystem[]): FileSystem[] {
  return [...new Map(systems.toReversed().map((system) => [system.device, system])).values()].toReversed();
}

function judge(
  systems: readonly FileSystem[],
  { minimum, minimumInodes }: { minimum: number; minimumInodes: number },
): Look {
  const short = systems.filter(({ free }) => free < minimum);
  const crowded = systems.filter(({ freeInodes }) => (freeInodes ?? minimumInodes) < minimumInodes);
  const evidence = { minimum, minimumInodes, fileSystems: systems };
  if (short.length + crowded.length === 0) {
    const free = systems.map(({ path, free }) => `${shownBytes(free)} on ${path}`).join(", ");
    return { status: "pass", summary: `free: ${free}`, evidence };
  }
  const summary = [
    ...short.map(
      ({ path, free }) => `${path} has ${shownBytes(free)} free, and ${shownBytes(minimum)} are needed`,
    ),
    ...crowded.map(
      ({ path, freeInodes }) => `${path} has ${freeInodes} inodes free, and ${minimumInodes} are needed`,
    ),
  ].join("; ");
  const [first = "/"] = [...short, ...crowded].map(({ path }) => path);
  return {
    status: "fail",
    summary,
    remedy: `find what fills it (du -xh --max-depth=2 ${first} | sort -h | tail; docker system df), or ask for less with resources.disk`,
    evidence,
  };
}
