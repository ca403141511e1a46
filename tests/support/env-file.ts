import { readFileSync, writeFileSync } from "node:fs";

/** Sets variables in an env file, each in the place of the one of that name; `undefined` takes one away. */
export function setVariables(file: string, variables: Readonly<Record<string, string | undefined>>): void {
  const kept = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !((line.split("=")[0] ?? "") in variables));
  const set = Object.entries(variables).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  writeFileSync(file, `${[...kept, ...set].join("\n")}\n`);
}
