import { configurationSchema, inputSchema, type ShellKey, shellKeys } from "../../sdk/core/config/index.ts";
import { type Section, sectionsOf } from "./keys.ts";
import { cell, keyTable, table } from "./table.ts";
import { code } from "./words.ts";

const introduction = `# Configuration

This page is made from the schema by \`bun docs/generate.ts\`; change \`sdk/core/config/schema\`, not this page.

\`config/deployment.config.ts\` exports what it says through \`defineConfig\`, which gives every key its type; each script takes
another file with \`--config PATH\`. Mistakes are told all at once, each with its path, its value and what was expected.

- A _time_ is written with its unit, \`"250ms"\`, \`"30s"\`, \`"5m"\`, \`"2h"\` or \`"30d"\`.
- A _size_ too: \`"10GB"\` counts in thousands, \`"512MiB"\` in 1024s.
- A relative path starts at the project's root, wherever a script is started from.
- A key that is not known is refused. No key holds a secret: secrets stand in the env files, with mode 0600.
- Where the last column but one is empty, the key may be left out.
`;

const movingOver = `## Moving over from a shell configuration

\`fromShellFile()\` reads an old bash \`deployment.config\` without running it: assignments, quotes, \`\${REFERENCES}\` to what stands
above, lists, comments and \`export\`; functions are passed over. Anything else, and any key that is not in the table, is refused
with its line. What no old file knew is written beside it:

\`\`\`ts
import { defineConfig, fromShellFile } from "../sdk/core/config/index.ts";

const old = fromShellFile("/srv/shop/config/deployment.config");
const { environments, shared, proxy } = old.platform;

export default defineConfig({
  ...old,
  project: "shop",
  root: "/srv/shop", // where the old file's paths start
  platform: {
    kind: "docker-host",
    environments: {
      blue: { project: "shop-blue", ...environments.blue },
      green: { project: "shop-green", ...environments.green },
    },
    shared: { ...shared, project: "shop-shared", envFiles: [".env.shared"], services: ["postgres", "nginx"] },
    proxy: { ...proxy, service: "nginx", markerDirectory: "switch" },
  },
  // The frontend's is "/"; each of the others that nginx leads to needs an address that proves it.
  services: old.services.map((service) =>
    service.name === "backend" ? { ...service, frontDoorPath: "/api/health" } : service,
  ),
  // One for both: nothing brings what users wrote from one environment to the other.
  database: { mode: "shared", service: "postgres", name: "shop", user: "shop" },
  uploads: { blue: "uploads", green: "uploads" },
});
\`\`\`

A service is one that both \`BLUE_SERVICES\` and \`GREEN_SERVICES\` name; what stands in one of them alone is left out. Two names of
databases make the mode \`per-environment\`, which is refused so far. In the table, \`{COLOR}\` is \`BLUE\` or \`GREEN\`, and \`{NAME}\` any name.
`;

/** The whole page, from the schema and the table of the old file's keys. */
export function configurationPage(): string {
  const sections = sectionsOf(inputSchema(configurationSchema)).map(shownSection);
  const old = table(["old key", "its place, or why it needs none"], shellKeys.map(shownShellKey));
  return [introduction, ...sections, movingOver, old].join("\n");
}

function shownSection({ title, description, keys }: Section): string {
  return [`## ${title}`, "", ...(description === "" ? [] : [description, ""]), keyTable(keys)].join("\n");
}

function shownShellKey(row: ShellKey): string[] {
  return [code(row.key), "place" in row ? code(row.place) : `none: ${cell(row.reason)}`];
}
