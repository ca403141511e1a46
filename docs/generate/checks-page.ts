import { inputSchema, shownDuration } from "../../sdk/core/config/index.ts";
import type { CheckFile } from "./checks.ts";
import { keysIn } from "./keys.ts";
import { cell, keyTable, table } from "./table.ts";
import { code } from "./words.ts";

const introduction = `# Checks

This page is made from the checks by \`bun docs/generate.ts\`; change a file of \`checks/\`, not this page.

A check looks at one thing, and leaves it as it was. What it saw is a finding: \`pass\`, \`warn\`, \`fail\`, or \`skip\` where it
does not apply. One that could not look, or not within its deadline, has failed.

- In the shell each key is a flag: \`minimumInodes\` is \`--minimum-inodes\`. A list is a flag given several times; a switch that
  is on by default goes off with \`--no-\`.
- In TypeScript: \`import { diskSpace } from "./checks"\`, then \`await diskSpace({ path: "/" })\`.
- A _time_ and a _size_ are written with their unit: \`"30s"\`, \`"10GB"\`. A number counts milliseconds, or bytes.
`;

/** docs/checks.md: the list, then each check with its options. */
export function checksPage(files: readonly CheckFile[]): string {
  const rows = files.map(({ name, check }) => [`[${name}](#${name})`, cell(check.summary)]);
  return [introduction, table(["check", "what it looks at"], rows), ...files.map(shown)].join("\n");
}

function shown({ name, constant, check }: CheckFile): string {
  const keys = keysIn(inputSchema(check.options));
  const example = `./scripts/check.ts ${name} ${check.example}`.trimEnd();
  const lines = [
    `## ${name}`,
    "",
    `${check.summary}. In TypeScript: ${code(constant)}; deadline: ${shownDuration(check.deadlineMs)}.`,
    "",
    `    ${example}`,
    "",
  ];
  return `${lines.join("\n")}${keys.length === 0 ? "" : `\n${keyTable(keys)}`}`;
}
