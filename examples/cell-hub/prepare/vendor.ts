import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { home } from "./options.ts";

/**
 * Bundles the installed PostgreSQL driver into one file that the backend's image copies. So an image is built without a
 * network, and holds the version that the project's lock file names.
 */
export async function vendorDriver(): Promise<void> {
  const folder = join(home, "vendor/pg");
  await mkdir(folder, { recursive: true });
  await writeWhole(
    join(folder, "package.json"),
    `${JSON.stringify({ name: "pg", type: "module", main: "index.js" })}\n`,
  );
  await writeWhole(join(folder, "index.js"), await bundle());
}

async function bundle(): Promise<string> {
  const built = await Bun.build({
    entrypoints: [Bun.resolveSync("pg", import.meta.dir)],
    target: "bun",
    format: "esm",
    // Comments would hold paths of this machine, and so make every machine's image differ.
    minify: { whitespace: true, syntax: true, identifiers: false },
    external: ["pg-native"],
  });
  const [output] = built.outputs;
  if (!output) throw new Error("the PostgreSQL driver could not be bundled");
  return output.text();
}

/** Two copies may be prepared at once: whoever reads sees the old file or the new one. */
async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID()}`;
  await Bun.write(temporary, text);
  await rename(temporary, path);
}
