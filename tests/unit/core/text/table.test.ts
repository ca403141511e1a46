import { expect, test } from "bun:test";
import { formatTable } from "../../../../sdk/core/text/index.ts";

test("rows stand in columns under the names of their properties", () => {
  const rows = [
    { id: "blue", up: true },
    { id: "green", up: null, note: "two\nlines" },
  ];
  expect(formatTable(rows)).toBe(["ID     UP    NOTE", "blue   true", "green        two lines"].join("\n"));
});
