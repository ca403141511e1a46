import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { parseEnvFiles } from "../../sdk/core/config/env-file/parse.ts";

const plugin = ["/usr/local/lib", "/usr/local/libexec", "/usr/lib", "/usr/libexec"]
  .map((folder) => `${folder}/docker/cli-plugins/docker-compose`)
  .find(existsSync);

const folder = mkdtempSync(join(tmpdir(), "switchover-env-compose-"));
afterAll(() => rmSync(folder, { recursive: true }));

const shell = { PATH: process.env["PATH"] ?? "", HOME: folder, SHELL_SAYS: "hello", SHELL_SAYS_BARE: "bare" };

const oddValues = readFileSync(join(import.meta.dir, "fixtures/odd-values.txt"), "utf8");

const modelSchema = z.object({
  services: z.object({ x: z.object({ environment: z.record(z.string(), z.string()) }) }),
});

function readByCompose(compose: string, texts: readonly string[], names: readonly string[]) {
  const files = texts.map((text, index) => {
    const file = join(folder, `${index}.env`);
    writeFileSync(file, text);
    return file;
  });
  const environment = names.map((name) => `      ${name}: "\${${name}-not set}"\n`).join("");
  const model = join(folder, "compose.yml");
  writeFileSync(model, `services:\n  x:\n    image: x\n    environment:\n${environment}`);
  const args = ["-p", "odd", ...files.flatMap((file) => ["--env-file", file]), "-f", model];
  const ran = Bun.spawnSync([compose, ...args, "config", "--format", "json"], { env: shell });
  expect(ran.exitCode, ran.stderr.toString()).toBe(0);
  const read = modelSchema.parse(JSON.parse(ran.stdout.toString())).services.x.environment;
  return Object.fromEntries(Object.entries(read).map(([name, value]) => [name, value.replaceAll("$$", "$")]));
}

function readByUs(texts: readonly string[]) {
  return Object.fromEntries(parseEnvFiles(texts, shell).map(({ name, value }) => [name, value]));
}

test("odd values are read as Compose itself reads them", () => {
  const texts = [oddValues, "SECOND=$HASH+$COMMENT\nHASH=two\nTHIRD=$HASH\n"];
  const ours = readByUs(texts);
  expect(Object.keys(ours).length).toBeGreaterThan(45);
  expect(ours).toEqual(readByCompose(plugin ?? "", texts, Object.keys(ours)));
});

test("a value's right-hand side is kept as it is written, beside what it means", () => {
  expect(parseEnvFiles(['PW=p4ss#w0rd-9988 # note\nURL="pg://u:$PW@db\\n"\n'], {})).toEqual([
    { name: "PW", value: "p4ss#w0rd-9988", raw: "p4ss#w0rd-9988", absent: [] },
    { name: "URL", value: "pg://u:p4ss#w0rd-9988@db\n", raw: "pg://u:$PW@db\\n", absent: [] },
  ]);
});

test("what Compose refuses is read as far as it makes sense, so that its secrets are known", () => {
  const texts = ["A='never closed\nB C=two words\nD=$\nE=$X\n=x\n???\nF=1"];
  expect(readByUs(texts)).toEqual({ A: "never closed", "B C": "two words", D: "$", E: "", F: "1" });
});
