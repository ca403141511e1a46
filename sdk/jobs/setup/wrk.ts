import { aptCommands, aptInstall } from "./apt.ts";
import type { Requirement } from "./requirement.ts";
import { whereIs } from "./system-path.ts";

const packages = ["wrk"];

/** The load generator that counts dropped requests, for it never retries one. */
export const wrk: Requirement = {
  name: "wrk",
  why: "counts dropped requests in the failure tests and benchmarks",
  from: "Debian's package wrk",
  after: [],
  root: true,
  isPresent: async () => whereIs("wrk") !== null,
  commands: async () => aptCommands(packages),
  install: (installing) => aptInstall(packages, installing),
};
