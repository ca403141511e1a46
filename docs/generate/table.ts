import type { Key } from "./keys.ts";
import { code } from "./words.ts";

/** Keys with what each is and means. */
export function keyTable(keys: readonly Key[]): string {
  const rows = keys.map((key) => [
    code(key.path),
    cell(key.type),
    cell(shownRequired(key)),
    cell(key.description),
  ]);
  return table(["key", "what it is", "default", "what it means"], rows);
}

function shownRequired(key: Key): string {
  return key.default === "required" ? "_required_" : key.default;
}

/** With columns of one width each, as the project's formatter would write it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((text, column) => text.padEnd(widths[column] ?? 0)).join(" | ")} |\n`;
  return [head, widths.map((width) => "-".repeat(width)), ...rows].map(line).join("");
}

/** A text that ends no column and no row. */
export function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
