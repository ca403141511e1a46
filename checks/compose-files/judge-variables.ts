import type { Look } from "../../sdk/core/finding/index.ts";
import type { Variables } from "../compose/variables.ts";
import type { Reference } from "./references.ts";

/** Judges every variable of a Compose file by where its value comes from. Values are never told. */
export function judgeVariables(
  references: readonly Reference[],
  { files, fromFiles, overrulesShell, given }: Variables,
  unsetByCompose: readonly string[],
): Look {
  const outside = references.filter(({ variable }) => given[variable] === undefined);
  const names = (test: (variable: string) => boolean) => outside.map(({ variable }) => variable).filter(test);
  const inShell = (variable: string) =>
    (process.env[variable] ?? "") !== "" && !(overrulesShell && fromFiles[variable] !== undefined);
  const unset = new Set([
    ...names((variable) => fromFiles[variable] === undefined && process.env[variable] === undefined),
    ...unsetByCompose,
  ]);
  const empty = names((variable) => fromFiles[variable]?.trim() === "" && !inShell(variable));
  const shellOnly = names((variable) => (fromFiles[variable] ?? "").trim() === "" && inShell(variable));
  const evidence = { envFiles: files, unset: [...unset], empty, shellOnly };
  const where = files.length === 0 ? "an env file" : files.join(" or ");
  if (unset.size > 0 || empty.length > 0) {
    return {
      status: "fail",
      summary: [
        ...[...unset].map((name) => `${name} is not set${placeOf(name, references)}`),
        ...empty.map((name) => `${name} is set to nothing${placeOf(name, references)}`),
      ].join("; "),
      remedy: `set ${[...unset, ...empty].join(", ")} in ${where}, or give a default in the Compose file: \${NAME:-default}`,
      evidence,
    };
  }
  if (shellOnly.length > 0) {
    return {
      status: "warn",
      summary: `${shellOnly.join(", ")} ${shellOnly.length === 1 ? "comes" : "come"} from this shell's environment alone: a timer would run without`,
      remedy: `set ${shellOnly.join(", ")} in ${where}`,
      evidence,
    };
  }
  const count = references.length;
  return {
    status: "pass",
    summary: `Compose accepts them, and ${count === 1 ? "its variable is" : `all ${count} variables without a default are`} set`,
    evidence,
  };
}

function placeOf(name: string, references: readonly Reference[]): string {
  const reference = references.find(({ variable }) => variable === name);
  return reference === undefined ? "" : ` (${reference.file}:${reference.line})`;
}
