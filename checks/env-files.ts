import { statSync } from "node:fs";
import { z } from "zod";
import { readEnvEntries, readEnvFile, readEnvFiles } from "../sdk/core/config/index.ts";
import type { Look } from "../sdk/core/finding/index.ts";
import { asTyped } from "../sdk/core/process/index.ts";
import { plainDollar } from "./compose/variables.ts";
import { defineCheck } from "./define.ts";
import { placeholders } from "./env-files/placeholders.ts";
import { brokenLines } from "./env-files/syntax.ts";
import { type FileFault, unlikeFaults } from "./env-files/unlike.ts";
import { lookOf } from "./faults.ts";
import { oneOrMore } from "./options.ts";

/** Whether the env files can be read, say what they mean, keep to themselves, and hold real secrets. */
export const envFiles = defineCheck({
  id: "env-files",
  title: "Environment files",
  summary: "Whether env files can be read, keep to themselves, and hold real secrets",
  example: "--file .env --required DB_PASSWORD",
  deadline: "5s",
  options: z.strictObject({
    file: oneOrMore(z.string()).describe("The env files."),
    required: z
      .array(z.string())
      .default([])
      .describe("The variables that must be set by the files together; the later one wins."),
    like: z
      .array(z.string())
      .default([])
      .describe("The other environment's env files, whose variables must be here too; those that are there."),
  }),
  look: async ({ file, required, like }): Promise<Look> => {
    const files = [...new Set(file)];
    const contents = files.map((path) => ({ path, variables: readEnvFile(path) }));
    const faults = [
      ...files.flatMap((path) => [...syntaxFaults(path), ...modeFaults(path)]),
      ...contents.flatMap(({ path, variables }) => placeholderFaults(path, variables)),
      ...missing(required, files),
      ...cutFaults(files),
      ...unlikeFaults(files, like),
    ];
    const count = `${files.length} env ${files.length === 1 ? "file is" : "files are"}`;
    return lookOf(
      faults.map((fault) => ({ ...fault, says: `${fault.file}: ${fault.says}` })),
      {
        good: `${count} readable, private and filled in`,
        evidence: { files, faults: faults.map(({ status, file, says }) => ({ status, file, says })) },
      },
    );
  },
});

/** What a deployment and Compose set themselves is no gap. */
const setLater = /^(?:SWITCHOVER|COMPOSE)_/;

/** A password with a dollar sign in it loses what stands behind, and nobody is told. */
function cutFaults(files: readonly string[]): FileFault[] {
  const cut = readEnvEntries(files).filter(({ absent }) => absent.some((name) => !setLater.test(name)));
  if (cut.length === 0) return [];
  const names = [...new Set(cut.map(({ name }) => name))].join(", ");
  const says = `${names}: a part is empty, because it refers to a variable that is set nowhere`;
  return [{ status: "fail", file: files.join(", "), says, remedy: plainDollar }];
}

function syntaxFaults(file: string): FileFault[] {
  const broken = brokenLines(file);
  if (broken.length === 0) return [];
  const lines = broken.map(({ line, problem }) => `line ${line} ${problem}`).join(", ");
  return [{ status: "fail", file, says: lines, remedy: `write NAME=value on each line of ${file}` }];
}

function modeFaults(file: string): FileFault[] {
  const mode = statSync(file).mode & 0o777;
  if ((mode & 0o077) === 0) return [];
  const shown = mode.toString(8).padStart(4, "0");
  return [
    {
      status: "warn",
      file,
      says: `mode ${shown} lets other users read its secrets`,
      remedy: asTyped(["chmod", "600", file]),
    },
  ];
}

function placeholderFaults(file: string, variables: Readonly<Record<string, string>>): FileFault[] {
  const names = placeholders(variables);
  if (names.length === 0) return [];
  return [
    {
      status: "fail",
      file,
      says: `${names.join(", ")} still ${names.length === 1 ? "has its" : "have their"} example value`,
      remedy: `put real values into ${file}; openssl rand -base64 32 makes a secret`,
    },
  ];
}

/** What is required must have a value in the end: a later file that empties it wins over the one before. */
function missing(required: readonly string[], files: readonly string[]): FileFault[] {
  const variables = readEnvFiles(files);
  const absent = required.filter((name) => (variables[name] ?? "").trim() === "");
  if (absent.length === 0) return [];
  const file = files.join(", ");
  const says = `${absent.join(", ")} ${absent.length === 1 ? "is" : "are"} required and not set`;
  return [{ status: "fail", file, says, remedy: `set ${absent.join(", ")} in ${file}` }];
}
