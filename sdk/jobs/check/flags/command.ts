import { type Command, Option } from "../../../core/cli/index.ts";
import type { Flag } from "./flag.ts";
import type { Scalar } from "./shape.ts";

const placeholders: Record<Scalar, string> = {
  text: "text",
  number: "number",
  time: "time",
  size: "size",
  value: "value",
  json: "json",
};

/** Adds a check's flags to a command. Their texts are read later: commander hands them over as they were typed. */
export function addFlags(command: Command, flags: readonly Flag[]): void {
  for (const flag of flags) for (const option of optionsOf(flag)) command.addOption(option);
}

function optionsOf(flag: Flag): Option[] {
  const { name, shape, usual, nullable } = flag;
  if (shape.kind === "switch") {
    const on = new Option(`--${name}`, described(flag));
    const off = new Option(`--no-${name}`, usual === true ? described(flag) : `not --${name}`);
    return usual === true ? [off] : usual === false ? [on] : [on, off];
  }
  const placeholder = shape.kind === "record" ? `name=${placeholders[shape.of]}` : placeholders[shape.of];
  const option = new Option(`--${name} <${placeholder}>`, described(flag));
  if (shape.choices !== undefined) option.choices(shape.choices);
  if (shape.kind !== "one") option.argParser(collected);
  return nullable ? [option, new Option(`--no-${name}`, `none: without --${name}'s value`)] : [option];
}

function collected(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), text];
}

function described({ description, shape, usual, required }: Flag): string {
  const many = shape.kind === "list" || shape.kind === "record" ? "may be given several times" : "";
  const standard = required ? "required" : isShown(usual) ? `default: ${JSON.stringify(usual)}` : "";
  const notes = [many, standard].filter(Boolean).join("; ");
  const text = description.replace(/\.$/, "");
  return notes === "" ? text : `${text} (${notes})`;
}

/** That a switch is off, or a list empty, needs no words. */
function isShown(usual: unknown): boolean {
  if (usual === undefined || usual === null || typeof usual === "boolean") return false;
  return typeof usual !== "object" || Object.keys(usual).length > 0;
}
