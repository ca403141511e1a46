import { mkdir } from "node:fs/promises";
import { join } from "node:path";

/**
 * Runs when the image is built: gives every asset a name made of its content and the release, as a bundler would, and
 * writes the page that asks for these names. Two releases so have different assets, and a browser that holds the page of
 * the one must still find its own after the switch.
 */
const source = join(import.meta.dir, "public");
const target = join(import.meta.dir, "dist");
const release = process.env["CELL_HUB_RELEASE"] ?? "unbuilt";

let page = await Bun.file(join(source, "index.html")).text();
await mkdir(join(target, "assets"), { recursive: true });
for (const name of ["app.js", "style.css"]) {
  const hashed = await writeAsset(name);
  page = page.replaceAll(`/assets/${name}`, `/assets/${hashed}`);
}
await Bun.write(join(target, "index.html"), page);

async function writeAsset(name: string): Promise<string> {
  const content = await Bun.file(join(source, name)).text();
  const hash = Bun.CryptoHasher.hash("sha256", `${release}\n${content}`, "hex").slice(0, 12);
  const hashed = name.replace(".", `.${hash}.`);
  await Bun.write(join(target, "assets", hashed), content);
  return hashed;
}
