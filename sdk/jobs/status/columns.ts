/** Rows of cells, which may be coloured, in columns. */
export function columns(rows: readonly (readonly string[])[], indent = ""): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => Bun.stringWidth(row[column] ?? ""))),
  );
  return rows.map((row) =>
    `${indent}${row.map((cell, column) => pad(cell, widths[column])).join("  ")}`.trimEnd(),
  );
}

function pad(cell: string, width = 0): string {
  return cell + " ".repeat(width - Bun.stringWidth(cell));
}
