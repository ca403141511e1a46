import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readLockHolder } from "../../../../sdk/core/lock/index.ts";
import { createRedactor } from "../../../../sdk/core/log/index.ts";
import { acquireLocks, hideSecrets } from "../../../../sdk/jobs/deploy/open-desk.ts";
import { configurationIn } from "../fake-desk.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "switchover-open-desk-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const compose = (project: string, ...envFiles: string[]) => ({ project, files: ["compose.yml"], envFiles });

function configurationWith(marker: string, root = directory) {
  const environments = { blue: compose("fake-blue", ".env.blue"), green: compose("fake-green") };
  const shared = { ...compose("fake-shared"), services: ["edge"] };
  const proxy = { service: "edge", frontDoor: "http://127.0.0.1:9", markerDirectory: marker };
  return configurationIn(root, { platform: { kind: "docker-host", environments, shared, proxy } });
}

function hidingFrom(envFile: string) {
  writeFileSync(join(directory, ".env.blue"), envFile);
  const configuration = configurationWith("switch");
  const redactor = createRedactor();
  hideSecrets({ redactor }, configuration);
  return redactor.redact;
}

test("a variable with the value of an environment, the project or a service blots out no log", () => {
  const redact = hidingFrom(
    "A_KEY=blue\nB_SECRET=fake\nC_TOKEN=edge\nD_PASSWORD=fake-blue\nE_SECRET=s3cr3t!\n",
  );
  expect(redact("edge of fake leads to fake-blue with s3cr3t!")).toBe(
    "edge of fake leads to fake-blue with [redacted]",
  );
});

test("a secret is masked as the env file writes it and as Compose understands it", () => {
  const redact = hidingFrom(
    'PW=p4ss#w0rd-9988 # the old one\nDSN="pg:$PW:\\"x\\""\nexport A_KEY=$PW-more\nB_KEY=$NOPE\n',
  );
  expect(redact('p4ss#w0rd-9988 pg:p4ss#w0rd-9988:"x" pg:$PW:\\"x\\" p4ss#w0rd-9988-more $NOPE')).toBe(
    "[redacted] [redacted] [redacted] [redacted] $NOPE",
  );
});

test("two configurations that lead to the same marker keep each other out, and leave no lock behind", () => {
  const marker = join(directory, "edge", "switch");
  const [one, other] = ["one", "other"].map((root) => configurationWith(marker, join(directory, root)));
  if (one === undefined || other === undefined) throw new Error("there are two");
  const held = acquireLocks(one, "deploy-production");
  held.update({ doing: "stage", release: "2" });
  expect(readLockHolder(one.state("lock"))).toMatchObject({ doing: "stage", release: "2" });
  expect(() => acquireLocks(other, "deploy-production")).toThrow("deploy-production holds the lock");
  expect(readLockHolder(other.state("lock"))).toBeUndefined();
  held.release();
  acquireLocks(other, "deploy-production").release();
  expect(readLockHolder(one.state("lock"))).toBeUndefined();
  expect(readLockHolder(join(marker, ".lock"))).toBeUndefined();
});

test("a marker's folder that the lock makes can be entered by the proxy, whatever the umask; one that is there stays", () => {
  const before = process.umask(0o077);
  try {
    acquireLocks(configurationWith("switch"), "deploy-production").release();
    process.umask(0);
    mkdirSync(join(directory, "own"), { mode: 0o711 });
    acquireLocks(configurationWith("own"), "deploy-production").release();
  } finally {
    process.umask(before);
  }
  const modes = ["switch", "own", ".switchover"].map((name) => statSync(join(directory, name)).mode & 0o777);
  expect(modes).toEqual([0o755, 0o711, 0o700]);
});

test("a marker's folder that cannot be made is named, and the project's lock is free again", () => {
  writeFileSync(join(directory, "file"), "");
  const configuration = configurationWith("file/switch");
  expect(() => acquireLocks(configuration, "deploy-production")).toThrow(
    "file/switch/.lock cannot be locked",
  );
  expect(readLockHolder(configuration.state("lock"))).toBeUndefined();
});
