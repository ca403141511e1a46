import { aptCommands, aptInstall } from "./apt.ts";
import type { Requirement } from "./requirement.ts";
import { whereIs } from "./system-path.ts";

const packages = ["zstd"];

/** Compresses backups, by all processors; node:zlib has it too, on one. */
export const zstd: Requirement = {
  name: "zstd",
  why: "compresses backups",
  from: "Debian's package zstd",
  after: [],
  root: true,
  isPresent: async () => whereIs("zstd") !== null,
  commands: async () => aptCommands(packages),
  install: (installing) => aptInstall(packages, installing),
};
