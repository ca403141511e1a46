import { z } from "zod";
import { shownBytes } from "../sdk/core/config/index.ts";
import type { Look } from "../sdk/core/finding/index.ts";
import { asTyped } from "../sdk/core/process/index.ts";
import { daemon } from "../sdk/systems/docker/index.ts";
import { type FileSystem, fileSystemOf } from "../sdk/systems/host/index.ts";
import { defineCheck } from "./define.ts";
import { type Fault, lookOf } from "./faults.ts";
import { bytes, oneOrMore, within } from "./options.ts";

/** Whether every file system that matters has room, for bytes and for files. */
export const diskSpace = defineCheck({
  id: "disk-space",
  title: "Disk space",
  summary: "Whether every file system that matters has room, for bytes and for files, and takes them",
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
    const { minimum, minimumInodes } = options;
    return judge(distinct(await Promise.all(paths.map(fileSystemOf))), { minimum, minimumInodes });
  },
});

/** One file system may be seen twice: a part of it may be mounted so that nobody may write there. */
function distinct(systems: readonly FileSystem[]): FileSystem[] {
  const keyed = systems
    .toReversed()
    .map((system) => [`${system.device} ${system.readOnly}`, system] as const);
  return [...new Map(keyed).values()].toReversed();
}

interface Wanted {
  minimum: number;
  minimumInodes: number;
}

function judge(systems: readonly FileSystem[], wanted: Wanted): Look {
  const free = systems.map(({ path, free }) => `${shownBytes(free)} on ${path}`).join(", ");
  return lookOf(
    systems.flatMap((system) => faultsOf(system, wanted)),
    { good: `free: ${free}`, evidence: { ...wanted, fileSystems: systems } },
  );
}

function faultsOf({ path, free, freeInodes, readOnly }: FileSystem, wanted: Wanted): Fault[] {
  const { minimum, minimumInodes } = wanted;
  const fault = (says: string, remedy: string): Fault => ({ status: "fail", says, remedy });
  const list = asTyped(["du", "-xh", "--max-depth=2", path]);
  const find = `find what fills it (${list} | sort -h | tail; docker system df), or ask for less with resources.disk`;
  return [
    free < minimum
      ? [fault(`${path} has ${shownBytes(free)} free, and ${shownBytes(minimum)} are needed`, find)]
      : [],
    freeInodes !== undefined && freeInodes < minimumInodes
      ? [fault(`${path} has ${freeInodes} inodes free, and ${minimumInodes} are needed`, find)]
      : [],
    readOnly
      ? [
          fault(
            `${path} is mounted read-only`,
            `see why (dmesg | tail: the kernel does it after a disk's errors; ${asTyped(["findmnt", "-T", path])})`,
          ),
        ]
      : [],
  ].flat();
}
