import { afterAll, beforeAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeManifest } from "../../../../sdk/core/manifest/index.ts";
import { succeed } from "../../../../sdk/core/process/index.ts";
import { errorOf } from "../../../support/document.ts";
import { manifestWith } from "../../../support/manifests.ts";
import { startScript } from "../../../support/script.ts";

const limits = { deadlineMs: 30_000 };
let root: string;
let configFile: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "hostile-"));
  mkdirSync(join(root, "config"));
  mkdirSync(join(root, "data/uploads"), { recursive: true });
  configFile = join(root, "config/deployment.config.ts");
  const compose = (project: string) => ({ project, files: ["compose.yml"], envFiles: [] });
  const configuration = {
    project: "hostile",
    platform: {
      kind: "docker-host",
      environments: { blue: compose("b"), green: compose("g") },
      shared: { ...compose("s"), services: ["edge"] },
      proxy: { service: "edge", frontDoor: "http://127.0.0.1:1", markerDirectory: "switch" },
    },
    services: [{ name: "app", ports: { blue: 1, green: 2 }, frontDoorPath: "/" }],
    backups: { directories: ["data/uploads"] },
  };
  writeFileSync(configFile, `export default ${JSON.stringify(configuration)};\n`);
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Member {
  type: "file" | "folder" | "symbolic" | "hard";
  name: string;
  linksTo?: string;
}

const folder = (name: string): Member => ({ type: "folder", name });
const file = (name: string): Member => ({ type: "file", name });
const symbolic = (name: string, linksTo: string): Member => ({ type: "symbolic", name, linksTo });
const hard = (name: string, linksTo: string): Member => ({ type: "hard", name, linksTo });

const blockBytes = 512;
const planted = "planted";

/** One member as POSIX has it (ustar): no tar would write these. */
function memberBytes({ type, name, linksTo = "" }: Member): Buffer {
  const header = Buffer.alloc(blockBytes);
  const size = type === "file" ? planted.length : 0;
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0");
  const flags = { file: "0", hard: "1", symbolic: "2", folder: "5" };
  header.write(name, 0, 100);
  header.write(
    `${octal(0o755, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0${octal(size, 11)}\0${octal(0, 11)}\0        `,
    100,
  );
  header.write(flags[type], 156);
  header.write(linksTo, 157, 100);
  header.write("ustar\u000000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\0 `, 148);
  if (size === 0) return header;
  const content = Buffer.alloc(blockBytes);
  content.write(planted);
  return Buffer.concat([header, content]);
}

/** A backup whose archive somebody has written, with a manifest that fits it. */
async function backupOf(members: readonly Member[]): Promise<string> {
  const tar = join(root, "archive.tar");
  writeFileSync(tar, Buffer.concat([...members.map(memberBytes), Buffer.alloc(2 * blockBytes)]));
  await succeed(["zstd", "-q", "-f", tar, "-o", `${tar}.zst`], limits);
  const bytes = readFileSync(`${tar}.zst`);
  const { id } = manifestWith();
  const place = join(root, "backups", id);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "uploads.tar.zst"), bytes);
  writeManifest(
    place,
    manifestWith({
      id,
      project: "hostile",
      items: [
        {
          type: "directory",
          name: "uploads",
          file: "uploads.tar.zst",
          bytes: bytes.length,
          rawBytes: statSync(tar).size,
          sha256: createHash("sha256").update(bytes).digest("hex"),
          compression: "zstd",
          facts: { path: "/elsewhere/uploads", entries: members.length, warnings: [] },
        },
      ],
    }),
  );
  return id;
}

test.each<[string, () => Member[]]>([
  ["climbs out", () => [folder("uploads"), file("uploads/../../../planted")]],
  ["names a place from the root", () => [folder("uploads"), file(join(root, "planted"))]],
  [
    "leads through a link out of it",
    () => [folder("uploads"), symbolic("uploads/out", "../../.."), file("uploads/out/planted")],
  ],
  [
    "leads through a link to the root",
    () => [folder("uploads"), symbolic("uploads/out", root), file("uploads/out/planted")],
  ],
  ["is linked hard to a file outside", () => [folder("uploads"), hard("uploads/hard", configFile)]],
  ["brings more than it says", () => [folder("uploads"), file("planted")]],
])(
  "an archive that %s writes nothing outside, and takes no place",
  async (_, members) => {
    const before = readFileSync(configFile, "utf8");
    const id = await backupOf(members());
    const args = ["--config", configFile, "restore", id, "--in-place", "--confirm=uploads", "--json"];
    const run = await startScript("restore-db", args).ended;
    expect(run.exitCode).toBe(1);
    expect(errorOf(run).code).toMatch(/^(COMMAND_FAILED|RESTORE_DIFFERS)$/);
    expect(readdirSync(join(root, "data"))).toEqual(["uploads"]);
    expect(readdirSync(join(root, "data/uploads"))).toEqual([]);
    for (const place of ["planted", "data/planted", "../planted"])
      expect(existsSync(join(root, place))).toBe(false);
    expect(readFileSync(configFile, "utf8")).toBe(before);
  },
  60_000,
);
