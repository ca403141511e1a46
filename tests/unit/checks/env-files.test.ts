// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of env files look like those of TypeScript
import { afterAll, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { placeholders } from "../../../checks/env-files/placeholders.ts";
import { brokenLinesOf } from "../../../checks/env-files/syntax.ts";
import { envFiles } from "../../../checks/index.ts";

const folder = mkdtempSync(join(tmpdir(), "switchover-env-files-"));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
function envFile(text: string, mode = 0o600): string {
  count += 1;
  const path = join(folder, `env-${count}`);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

test("a private file with real values passes", async () => {
  const file = envFile("DB_USER=cell_hub\nDB_PASSWORD=kX9-2pLw_77aQ\n");
  expect(await envFiles({ file, required: ["DB_PASSWORD"] })).toMatchObject({ status: "pass" });
});

test("a file that others can read is a leak, and the remedy is a command", async () => {
  const file = envFile("DB_PASSWORD=kX9-2pLw_77aQ\n", 0o644);
  const finding = await envFiles({ file });
  expect(finding).toMatchObject({ status: "warn", remedy: `chmod 600 ${file}` });
  expect(finding.summary).toContain("mode 0644");
});

test("a placeholder fails, is named, and its value is not shown", async () => {
  const file = envFile("DB_PASSWORD=your_secure_password\nREDIS_URL=redis://:changeme@redis:6379\n");
  const finding = await envFiles({ file });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("DB_PASSWORD, REDIS_URL");
  expect(JSON.stringify(finding)).not.toContain("your_secure_password");
});

test("a file that does not exist fails with the way to make it", async () => {
  const finding = await envFiles({ file: join(folder, "absent") });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("there is no environment file");
  expect(finding.remedy).toContain("0600");
});

test("a pipe that nobody writes to, and a device without end, fail and stop nobody", async () => {
  const pipe = join(folder, "pipe");
  expect(Bun.spawnSync(["mkfifo", pipe]).exitCode).toBe(0);
  const finding = await envFiles({ file: pipe });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("is a pipe, and no file");
  expect((await envFiles({ file: "/dev/zero" })).summary).toContain("is a device, and no file");
});

test("a value that loses what stands behind a dollar sign fails, and no piece of it is shown", async () => {
  const file = envFile('A=1\nDB_PASSWORD=pa$pLanted\nTOKEN="${pLanted}x9"\n');
  const finding = await envFiles({ file });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("DB_PASSWORD, TOKEN: a part is empty");
  expect(JSON.stringify(finding)).not.toContain("pLanted");
  const meant = "A='pa$b'\nB=pa$$b\nC=${A}x\nD=${E:-e}${E-}\nF=cost$5\nG=\"x\\$y\"\nH=$SWITCHOVER_RELEASE\n";
  expect(await envFiles({ file: envFile(meant) })).toMatchObject({ status: "pass" });
});

test("a line that readers pass over in silence fails with its number", async () => {
  const finding = await envFiles({ file: envFile("A=1\nB: 2\n") });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("line 2 is not NAME=value");
});

test("a required variable that is nowhere, or nothing, fails", async () => {
  const file = [envFile("A=1\n"), envFile("B=\n")];
  const finding = await envFiles({ file, required: ["A", "B", "C"] });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("B, C are required and not set");
  const emptied = await envFiles({ file: [envFile("A=1\n"), envFile("A=\n")], required: ["A"] });
  expect(emptied.summary).toContain("A is required and not set");
});

test("no planted secret gets into a finding", async () => {
  const secret = "s3cr3t-Planted-91x";
  const file = envFile(`A_SECRET="${secret}\nC: ${secret}\nD_PASSWORD=${secret}\n`, 0o666);
  expect(JSON.stringify(await envFiles({ file, required: ["Z"] }))).not.toContain(secret);
});

test.each([
  "changeme",
  "CHANGE_ME",
  "change-this-in-production",
  "your_jwt_secret",
  "your-password-here",
  "<secret>",
  "[your secret]",
  "replace_me",
  "xxxxxxxx",
  "TODO",
  "todo: generate",
  "insert secret here",
  "my-secret",
  "{{ jwt }}",
  "CHANGE_ME_IN_PRODUCTION",
  "changeme123",
  "REPLACE_WITH_REAL_ONE",
  "secret-key-here",
  "Password123!",
  "supersecret",
  "dev",
])("%s is an example's value", (value) => {
  expect(placeholders({ JWT_ACCESS_SECRET: value })).toEqual(["JWT_ACCESS_SECRET"]);
});

test("a weak word is a placeholder only where a secret belongs", () => {
  const variables = {
    DB_USER: "postgres",
    DB_PASSWORD: "postgres",
    NODE_ENV: "test",
    DB_NAME: "todo",
    TITLE: "Your shop: everything is here",
    MODE: "default",
    API_KEY: "12345678",
    DATABASE_URL: "postgres://postgres:password@db/app",
  };
  expect(placeholders(variables)).toEqual(["DB_PASSWORD", "API_KEY", "DATABASE_URL"]);
});

test("random secrets are never placeholders", () => {
  const secret = fc.uint8Array({ minLength: 16, maxLength: 40 });
  fc.assert(
    fc.property(secret, (random) => {
      expect(placeholders({ DB_PASSWORD: Buffer.from(random).toString("base64url") })).toEqual([]);
    }),
    // An all-zero array is "AAAA…", which is no placeholder either.
    { numRuns: 300 },
  );
});

test("quoted values may go on over lines; one that never ends is told once", () => {
  expect(brokenLinesOf("A='one\ntwo'\nB=\"x\ny\"\nexport C=1\n\n# note\n")).toEqual([]);
  expect(brokenLinesOf("A='it\\'s\ntwo'\n")).toEqual([]);
  expect(brokenLinesOf('A="one\nB=2\n')).toEqual([
    { line: 1, problem: "opens a quote that is never closed" },
  ]);
});

test("a value with a # in it is judged whole, as Compose reads it", async () => {
  expect(await envFiles({ file: envFile("A_SECRET=test#kX9-2pLw\n") })).toMatchObject({
    status: "pass",
  });
  const finding = await envFiles({ file: envFile("WORD=changeme\nDB_PASSWORD=$WORD # later\n") });
  expect(finding.summary).toContain("WORD, DB_PASSWORD");
});

test("what the other environment has and this one has not is a warning, by its name", async () => {
  const like = [envFile("A=1\nMAIL_HOST=mail\n")];
  const finding = await envFiles({ file: envFile("A=2\n"), like });
  expect(finding.status).toBe("warn");
  expect(finding.summary).toContain("MAIL_HOST is set in");
  expect(await envFiles({ file: envFile("A=2\nMAIL_HOST=x\nMORE=1\n"), like })).toMatchObject({
    status: "pass",
  });
  expect(await envFiles({ file: envFile("A=2\n"), like: [join(folder, "absent")] })).toMatchObject({
    status: "pass",
  });
});

test("a session's secret that is another in the other environment is a warning: a switch would end all sessions", async () => {
  const like = [envFile("JWT_ACCESS_SECRET=kX9-2pLw_77aQ\nDB_PASSWORD=one-9Lw77aQ\n")];
  const finding = await envFiles({
    file: envFile("JWT_ACCESS_SECRET=pQ2-55kf_09zR\nDB_PASSWORD=two-9Lw77aQ\n"),
    like,
  });
  expect(finding.status).toBe("warn");
  expect(finding.summary).toContain("JWT_ACCESS_SECRET differs from");
  expect(finding.summary).not.toContain("DB_PASSWORD");
  expect(JSON.stringify(finding)).not.toMatch(/kX9|pQ2/);
});
