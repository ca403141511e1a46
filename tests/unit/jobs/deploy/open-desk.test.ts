import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRedactor } from "../../../../sdk/core/log/index.ts";
import { hideSecrets } from "../../../../sdk/jobs/deploy/open-desk.ts";
import { configurationIn } from "../fake-desk.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "switchover-open-desk-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const compose = (project: string, ...envFiles: string[]) => ({ project, files: ["compose.yml"], envFiles });

function hidingFrom(envFile: string) {
  writeFileSync(join(directory, ".env.blue"), envFile);
  const environments = { blue: compose("fake-blue", ".env.blue"), green: compose("fake-green") };
  const shared = { ...compose("fake-shared"), services: ["edge"] };
  const proxy = { service: "edge", frontDoor: "http://127.0.0.1:9", markerDirectory: "switch" };
  const configuration = configurationIn(directory, {
    platform: { kind: "docker-host", environments, shared, proxy },
  });
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
