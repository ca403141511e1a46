/** A cell of a table; nothing is shown for null and undefined. */
export type Cell = string | number | boolean | null | undefined;

/** Rows in columns, headed by the names of their properties. */
export function formatTable(rows: readonly Readonly<Record<string, Cell>>[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [
    names.map((name) => name.toUpperCase()),
    ...rows.map((row) => names.map((name) => shown(row[name]))),
  ];
  const widths = names.map((_, column) =>
    Math.max(...lines.map((line) => Bun.stringWidth(line[column] ?? ""))),
  );
  return lines.map((line) => padded(line, widths)).join("\n");
}

function padded(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - Bun.stringWidth(cell)))
    .join("  ")
    .trimEnd();
}

function shown(cell: Cell): string {
  return cell === null || cell === undefined ? "" : String(cell).replaceAll(/\s+/g, " ");
}
