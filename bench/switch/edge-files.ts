import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout } from "../../tests/support/stack.ts";
import { ownName } from "../support/own-name.ts";

export const exampleEdge = join(checkout, "examples/cell-hub/edge/nginx");

type Environment = "blue" | "green";

/** The example's switch: the variable, and the file whose presence decides it. */
const theSwitch = /^ *set \$environment blue;\n *if \(-f green\) \{\n *set \$environment green;\n *\}\n/m;

/** Where the example's edge looks for the marker, inside its container. */
export function markerMount(): string {
  const main = readFileSync(join(exampleEdge, "nginx.conf"), "utf8");
  return /^working_directory (\S+);$/m.exec(main)?.[1] ?? unknownSwitch();
}

/** A copy of the example's edge configuration whose upstreams are fixed: no marker, no variable, nothing looked at. */
export function fixedEdgeFiles(): string {
  const directory = mkdtempSync(join(tmpdir(), `${ownName()}-edge-`));
  cpSync(exampleEdge, directory, { recursive: true });
  edit(join(directory, "server.conf"), (text) => fixed(withoutSwitch(text)));
  edit(join(directory, "log.conf"), fixed);
  for (const service of ["frontend", "backend", "ml"])
    writeFileSync(join(directory, `to-${service}.conf`), `proxy_pass http://${service}_live;\n`);
  pointAt(directory, "blue");
  return directory;
}

/** Rewrites the upstreams of such a copy, as a deployment by reload does. */
export function pointAt(directory: string, environment: Environment): void {
  const upstreams = readFileSync(join(exampleEdge, "upstreams.conf"), "utf8");
  const wanted = upstreams.match(new RegExp(`^upstream \\w+_${environment} \\{[^}]+\\}$`, "gm")) ?? [];
  if (wanted.length !== 3) throw new Error(`the example has ${wanted.length} upstreams of ${environment}`);
  const live = wanted.map((upstream) => upstream.replace(`_${environment} {`, "_live {"));
  writeFileSync(join(directory, "upstreams.conf"), `${live.join("\n")}\n`);
}

function withoutSwitch(text: string): string {
  const rest = text.replace(theSwitch, "");
  return rest === text || /\(-[a-z] /.test(rest) ? unknownSwitch() : rest;
}

function unknownSwitch(): never {
  throw new Error("the example's edge switches in another way than this benchmark knows");
}

function fixed(text: string): string {
  return text.replaceAll("$environment", "live");
}

function edit(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, "utf8")));
}
