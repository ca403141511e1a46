import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { catalogue } from "../../../checks/index.ts";
import { checkFiles } from "../../../docs/generate/checks.ts";

setDefaultTimeout(60_000);

const project = resolve(import.meta.dir, "../../..");
const folder = mkdtempSync(join(tmpdir(), "switchover-repl-"));
afterAll(() => rmSync(folder, { recursive: true }));

const secret = "pw-Planted-72hs91";
const compose = (name: string) => ({ project: name, files: ["compose.yml"], envFiles: [".env"] });
const configuration = {
  project: "shop",
  platform: {
    kind: "docker-host",
    environments: { blue: compose("shop-blue"), green: compose("shop-green") },
    shared: { ...compose("shop-shared"), services: ["edge"] },
    proxy: { service: "edge", frontDoor: "http://127.0.0.1:1", markerDirectory: "switch" },
  },
  services: [{ name: "api", ports: { blue: 4001, green: 5001 }, frontDoorPath: "/api" }],
};
const config = join(folder, "deployment.config.ts");
writeFileSync(config, `export default ${JSON.stringify(configuration)};\n`);
writeFileSync(join(folder, ".env"), `DB_PASSWORD=${secret}\n`, { mode: 0o600 });
mkdirSync(join(folder, "switch"));

async function type(argv: string[], lines: string[], cwd = "/") {
  const child = Bun.spawn(argv, {
    cwd,
    stdin: new TextEncoder().encode(`${lines.join("\n")}\n`),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  return { stdout, stderr, exitCode };
}

const repl = (lines: string[], flags = ["--config", config]) =>
  type([join(project, "scripts/repl.ts"), ...flags], lines);

test("every check, the configuration and the SDK have their names, from anywhere", async () => {
  const constants = (await checkFiles()).map(({ constant }) => constant);
  const { stdout, stderr, exitCode } = await repl([
    `[${constants.join(", ")}].every((check) => typeof check === "function" && check.id in catalogue)`,
    '"project " + configuration.project + ", " + platform.kind',
    "typeof sdk.docker.containersOf + typeof sdk.http.exchange + typeof sdk.deploy.readHistory",
    '(await memory({ minimum: "1MB" })).status',
  ]);
  expect(exitCode).toBe(0);
  expect(stderr).toContain(`${Object.keys(catalogue).length} checks by their names`);
  expect(stdout).toContain("> true\n");
  expect(stdout).toContain('"project shop, docker-host"');
  expect(stdout).toContain('"functionfunctionfunction"');
  expect(stdout).toContain('"pass"');
});

test("no secret of the env files is shown", async () => {
  const { stdout } = await repl([`await Bun.file("${join(folder, ".env")}").text()`]);
  expect(stdout).toContain("DB_PASSWORD=[redacted]");
  expect(stdout).not.toContain(secret);
});

test("a shell is there, in which what is put in is quoted, a failure is an answer and no secret is shown", async () => {
  const { stdout } = await repl([
    'const odd = "a b; $HOME"',
    `(await $\`echo \${odd} | cat; exit 3\`).stdout`,
    "'ended by ' + (await $`false | cat`).exitCode",
    `await $\`cat ${join(folder, ".env")}\``,
  ]);
  expect(stdout).toContain('"a b; $HOME\\n"');
  expect(stdout).toContain('"ended by 1"');
  expect(stdout).toContain("DB_PASSWORD=[redacted]");
  expect(stdout).not.toContain(secret);
});

test("without a configuration the checks are still there, and it is said", async () => {
  const { stdout, stderr, exitCode } = await repl(
    ["configuration === undefined && typeof diskSpace"],
    ["--config", join(folder, "absent.ts")],
  );
  expect(exitCode).toBe(0);
  expect(stderr).toContain("there is no configuration");
  expect(stdout).toContain('"function"');
});

test('import { … } from "./checks" works in bun repl and in a one-off script', async () => {
  const lines = ['import { memory } from "./checks";', '(await memory({ minimum: "1MB" })).status'];
  const bun = [process.execPath, "--no-env-file", "--no-install"];
  const inRepl = await type([...bun, "repl"], lines, project);
  expect(inRepl.stdout).toContain('"pass"');
  const script = await type([...bun, "-e", `${lines[0]} console.log(${lines[1]})`], [], project);
  expect(script).toMatchObject({ exitCode: 0, stdout: "pass\n" });
});
