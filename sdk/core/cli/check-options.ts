import { InvalidArgumentError, Option } from "#commander";

/** `--format`: the report in the words of a program that reads it. */
export function formatOption() {
  return new Option("--format <format>", "print the report on standard output in this format")
    .choices(["junit", "github", "markdown"] as const)
    .conflicts("json");
}

/** `--fail-on`: from which status on a run has failed. */
export function failOnOption() {
  return new Option("--fail-on <status>", "the status that makes the exit code 1 (default: fail)").choices([
    "warn",
    "fail",
  ] as const);
}

/** `--only a,b` or `--only a --only b`. */
export function onlyOption() {
  return new Option("--only <checks>", "make these checks alone, by id, with commas between them").argParser(
    listed,
  );
}

/** `--skip`, in the same way. */
export function skipOption() {
  return new Option("--skip <checks>", "leave these checks out, by id, with commas between them").argParser(
    listed,
  );
}

function listed(text: string, before: string[] | undefined): string[] {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  if (names.length === 0) throw new InvalidArgumentError("It names no check.");
  return [...(before ?? []), ...names];
}
