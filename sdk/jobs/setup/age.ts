import { aptCommands, aptInstall } from "./apt.ts";
import type { Requirement } from "./requirement.ts";
import { whereIs } from "./system-path.ts";

const packages = ["age"];

/** The program whose format encrypted backups have: what it cannot open is no backup. */
export const age: Requirement = {
  name: "age",
  why: "opens encrypted backups in the tests, without Switchover",
  from: "Debian's package age",
  after: [],
  root: true,
  isPresent: async () => whereIs("age") !== null,
  commands: async () => aptCommands(packages),
  install: (installing) => aptInstall(packages, installing),
};
