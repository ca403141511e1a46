import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import example from "../../../../examples/cell-hub/deployment.config.ts";
import { loadConfiguration, parseConfiguration } from "../../../../sdk/core/config/index.ts";
import { asFailure } from "../../../../sdk/core/errors/index.ts";

const folder = mkdtempSync(join(tmpdir(), "switchover-load-"));
afterAll(() => rmSync(folder, { recursive: true }));

function configurationIn(name: string): string {
  mkdirSync(join(folder, name));
  const file = join(folder, name, "deployment.config.ts");
  writeFileSync(file, "export default { project: 7 };\n");
  return file;
}

const failureOf = async (file: string) => asFailure(await loadConfiguration(file).catch((thrown) => thrown));

test.each(["a b", "hash#", "per%41cent", "star*[x]", "ü"])(
  "a configuration in the folder %s is loaded",
  async (name) => {
    expect((await failureOf(configurationIn(name))).why).toContain("project: ");
  },
);

test.each(["what?", "back\\slash"])(
  "one in the folder %s, from which Bun loads nothing, is refused with that reason",
  async (name) => {
    const file = configurationIn(name);
    expect(await failureOf(file)).toMatchObject({
      code: "CONFIG_INVALID",
      why: "Bun loads nothing from a path with ? or \\ in it",
    });
    const link = join(folder, `link-${name.length}`);
    symlinkSync(join(folder, name), link);
    expect((await failureOf(join(link, "deployment.config.ts"))).why).toContain("from a path with ?");
  },
);

test("a folder is no configuration, and fromShellFile() itself says what is wrong with its file", async () => {
  expect(await failureOf(folder)).toMatchObject({
    code: "CONFIG_NOT_FOUND",
    message: `${folder} is a folder`,
  });
  const file = configurationIn("moved");
  const index = JSON.stringify(join(import.meta.dir, "../../../../sdk/core/config/index.ts"));
  writeFileSync(join(folder, "moved/deployment.config"), "BLUE_COMPOSE_FILE\n");
  writeFileSync(
    file,
    `import { fromShellFile } from ${index};
     export default fromShellFile(new URL("./deployment.config", import.meta.url));`,
  );
  const { message, remedy } = await failureOf(file);
  expect(message).toContain("deployment.config, line 1");
  expect(remedy).toContain("NAME=value");
});

test("a file that cannot be imported is told with the lines, one that exports nothing as that", async () => {
  const file = configurationIn("broken");
  writeFileSync(file, "export default {\n  project: ,\n};\n");
  expect((await failureOf(file)).why).toBe("line 2, column 12: Unexpected ,");
  const leading = configurationIn("leading");
  writeFileSync(leading, `export { default } from ${JSON.stringify(file)};\n`);
  expect((await failureOf(leading)).why).toBe(`${file}, line 2, column 12: Unexpected ,`);
  const empty = configurationIn("empty");
  writeFileSync(empty, "export const configuration = {};\n");
  expect(await failureOf(empty)).toMatchObject({ code: "CONFIG_INVALID", why: "it has no default export" });
  expect(await failureOf(join(file, "beyond"))).toMatchObject({ code: "CONFIG_NOT_FOUND" });
});

test("a key that is missing is told as that", async () => {
  const { why } = await failureOf(configurationIn("missing"));
  expect(why).toContain("project: expected string, received number, not 7");
  expect(why).toContain("services: expected array, and it is missing");
});

test("a shared database without its place, its name or its user is refused before anything is begun", () => {
  const database = { mode: "shared" as const };
  const { why } = asFailure(attempt(() => parseConfiguration({ ...example, database }, "/srv/x.ts")));
  expect(why).toContain("database: expected service, or host: where the server is");
  expect(why).toContain("database: expected name\ndatabase: expected user");
  const known = { ...database, migrations: { service: "backend", command: ["up"] } };
  expect(parseConfiguration({ ...example, database: known }, "/srv/x.ts").database.mode).toBe("shared");
  const half = { ...known, name: "app" };
  expect(asFailure(attempt(() => parseConfiguration({ ...example, database: half }, "/srv/x.ts"))).why).toBe(
    "database: expected service, or host: where the server is\ndatabase: expected user",
  );
});

test("environments that are one and the same thing are refused: a port of both, or one service of one Compose project", () => {
  const { platform, services } = example;
  const mistakesOf = (changes: object) => {
    const parsed = attempt(() => parseConfiguration({ ...example, ...changes }, "/srv/x.ts"));
    return parsed instanceof Error ? asFailure(parsed).why : undefined;
  };
  const copied = services.map((service) => ({ ...service, ports: { blue: 4000, green: 4000 } }));
  expect(mistakesOf({ services: copied.slice(0, 1), database: undefined })).toBe(
    "services.0.ports.green: 4000 is a port of blue, too",
  );
  const { blue } = platform.environments;
  const onePlatform = { ...platform, environments: { blue, green: blue } };
  expect(mistakesOf({ platform: onePlatform })?.split("\n")).toEqual(
    [0, 1, 2].map(
      (index) =>
        `services.${index}.composeService: expected "{environment}" in it, since both environments are in the Compose project cell-hub-blue`,
    ),
  );
  const named = services.map((service) => ({ ...service, composeService: `{environment}-${service.name}` }));
  expect(mistakesOf({ platform: onePlatform, services: named })).toBeUndefined();
});

function attempt(work: () => unknown): unknown {
  try {
    return work();
  } catch (thrown) {
    return thrown;
  }
}
