import type { CheckFile } from "./checks.ts";

const made =
  "// Made by `bun docs/generate.ts` from the files beside it; a new check appears here by itself.\n";

/** checks/all.ts: every check by its name. */
export function allModule(files: readonly CheckFile[]): string {
  const checks = files.map(({ name, constant }) => `export { ${constant} } from "./${name}.ts";\n`);
  return `${made}\n${checks.join("")}`;
}

/** checks/catalogue.ts: what there is, for those who must not load it all. */
export function catalogueModule(files: readonly CheckFile[]): string {
  const entries = files.map(
    ({ name, constant, check: { title, summary } }) => `  ${key(name)}: {
    title: ${JSON.stringify(title)},
    summary: ${JSON.stringify(summary)},
    load: async () => (await import("./${name}.ts")).${constant},
  },
`,
  );
  return `${made}\nimport type { CatalogueEntry } from "./define.ts";

/** Every check by its id. None is loaded before it is asked for: each brings packages of its own. */
export const catalogue: Readonly<Record<string, CatalogueEntry>> = {
${entries.join("")}};
`;
}

function key(name: string): string {
  return name.includes("-") ? JSON.stringify(name) : name;
}
