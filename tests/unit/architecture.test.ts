import { expect, test } from "bun:test";
import { dirname, join, normalize, relative, resolve } from "node:path";
import { Glob } from "bun";

const root = resolve(import.meta.dir, "../..");

interface Import {
  from: string;
  to: string;
}

/** Every import of one file of ours by another, type imports and lazy ones among them; paths from the project's top. */
async function importsOf(pattern: string): Promise<Import[]> {
  const imports: Import[] = [];
  for await (const from of new Glob(pattern).scan({ cwd: root })) {
    const source = await Bun.file(join(root, from)).text();
    for (const [, path = ""] of source.matchAll(/(?:from|import\()\s*["'](\.{1,2}\/[^"']+)["']/g)) {
      imports.push({ from, to: relative(root, normalize(join(root, dirname(from), path))) });
    }
  }
  return imports;
}

const floors = ["sdk/core", "sdk/systems", "sdk/platforms", "sdk/jobs", "scripts"];
const floorOf = (path: string) => floors.findIndex((floor) => path.startsWith(`${floor}/`));
const roomOf = (path: string) => path.split("/").slice(0, 3).join("/");
const shown = ({ from, to }: Import) => `${from} → ${to}`;

/** A job that is made of others may stand on them. */
const madeOf: Record<string, readonly string[]> = {
  "sdk/jobs/status": ["sdk/jobs/deploy"],
  "sdk/jobs/check": ["sdk/jobs/deploy"],
  "sdk/jobs/restore": ["sdk/jobs/backup"],
  "sdk/jobs/maintenance": ["sdk/jobs/backup", "sdk/jobs/restore"],
};

test("imports run down the floors only: scripts → jobs → platforms → systems → core", async () => {
  const upwards = (await importsOf("sdk/**/*.ts")).filter(({ from, to }) => floorOf(to) > floorOf(from));
  expect(upwards.map(shown)).toEqual([]);
});

test("no system, platform or job imports another of its kind", async () => {
  const sideways = (await importsOf("sdk/{systems,platforms,jobs}/**/*.ts")).filter(({ from, to }) => {
    const [own, other] = [roomOf(from), roomOf(to)];
    const sameFloor = floorOf(from) === floorOf(to) && own !== other;
    const isShared = dirname(other) !== dirname(own) || /\.ts$/.test(other) || /\.ts$/.test(own);
    return sameFloor && !isShared && !madeOf[own]?.includes(other);
  });
  expect(sideways.map(shown)).toEqual([]);
});

test("a room is entered by its index", async () => {
  const behind = (await importsOf("{sdk,scripts,checks,examples}/**/*.ts")).filter(({ from, to }) => {
    const room = roomOf(to);
    const isRoom = floorOf(to) >= 0 && floorOf(to) < 4 && !room.endsWith(".ts");
    return isRoom && roomOf(from) !== room && to !== `${room}/index.ts`;
  });
  expect(behind.map(shown)).toEqual([]);
});

test("the SDK imports no check, no script and no example", async () => {
  const out = (await importsOf("sdk/**/*.ts")).filter(({ to }) => !to.startsWith("sdk/"));
  expect(out.map(shown)).toEqual([]);
});

test("nothing but the scripts stands on config/, which is the user's own", async () => {
  const all = await importsOf("{sdk,scripts,checks,examples,tests,bench,docs}/**/*.ts");
  expect(all.filter(({ to }) => to.startsWith("config/")).map(shown)).toEqual([]);
  expect(all.map(({ to }) => to)).toContain("examples/cell-hub/deployment.config.ts");
});

test("checks stand on systems and core only", async () => {
  const astray = (await importsOf("checks/**/*.ts")).filter(
    ({ to }) => !["checks/", "sdk/core/", "sdk/systems/"].some((place) => to.startsWith(place)),
  );
  expect(astray.map(shown)).toEqual([]);
});

test("above the platforms nothing speaks of Compose or nginx", async () => {
  const words = /\bcompose\b|nginx|\bcontainer(s|'s)?\b/i;
  const told: string[] = [];
  for await (const path of new Glob("sdk/jobs/{deploy,status}/**/*.ts").scan({ cwd: root })) {
    const code = (await Bun.file(join(root, path)).text()).replaceAll(
      /\/\*[\s\S]*?\*\/|\/\/.*|`[^`]*`|"[^"]*"/g,
      "",
    );
    if (words.test(code)) told.push(path);
  }
  expect(told).toEqual([]);
});
