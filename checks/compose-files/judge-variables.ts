import type { Look } from "../../sdk/core/finding/index.ts";
import { plainDollar, type Variables } from "../compose/variables.ts";
import type { Reference } from "./references.ts";

/** Judges every variable of a Compose file by where its value comes from. Values are never told. */
export function judgeVariables(
  references: readonly Reference[],
  { files, fromFiles, dangling, overrulesShell, given }: Variables,
  unsetByCompose: readonly string[],
): Look {
  const outside = references.filter(({ variable }) => given[variable] === undefined);
  const names = (test: (variable: string) => boolean) => outside.map(({ variable }) => variable).filter(test);
  const inShell = (variable: string) =>
    (process.env[variable] ?? "") !== "" && !(overrulesShell && fromFiles[variable] !== undefined);
  const unset = new Set([
    ...names((variable) => fromFiles[variable] === undefined && process.env[variable] === undefined),
    // What only a value of an env file refers to is not told: it may be a piece of a secret with a dollar sign in it.
    ...unsetByCompose.filter((variable) => !dangling.some(({ absent }) => absent.includes(variable))),
  ]);
  const cut = [...new Set(dangling.map(({ name }) => name))];
  const empty = names((variable) => fromFiles[variable]?.trim() === "" && !inShell(variable));
  const shellOnly = names((variable) => (fromFiles[variable] ?? "").trim() === "" && inShell(variable));
  const evidence = { envFiles: files, unset: [...unset], empty, cut, shellOnly };
  const where = files.length === 0 ? "an env file" : files.join(" or ");
  if (unset.size > 0 || empty.length > 0 || cut.length > 0) {
    return {
      status: "fail",
      summary: [
        ...cut.map(
          (name) => `${name} refers to a variable that is set nowhere, so that a part of it is empty`,
        ),
        ...[...unset].map((name) => `${name} is not set${placeOf(name, references)}`),
        ...empty.map((name) => `${name} is set to nothing${placeOf(name, references)}`),
      ].join("; "),
      remedy: [
        cut.length === 0 ? "" : `${plainDollar} (${cut.join(", ")} in ${where})`,
        unset.size + empty.length === 0
          ? ""
          : `set ${[...unset, ...empty].join(", ")} in ${where}, or give a default in the Compose file: \${NAME:-default}`,
      ]
        .filter(Boolean)
        .join("\n"),
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
