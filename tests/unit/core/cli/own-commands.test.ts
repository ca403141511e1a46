import { expect, test } from "bun:test";
import { withOwnCommands } from "../../../../sdk/core/cli/own-commands.ts";
import { createRedactor } from "../../../../sdk/core/log/index.ts";

const project = "/opt/switch over";
const told =
  "look with ./scripts/status.ts; ./scripts/check.ts list; ../scripts/x.ts and a/./scripts/y.ts are others";

function shown(workingDirectory: string | undefined, configuration: string | undefined, text = told): string {
  return withOwnCommands(createRedactor(), { project, workingDirectory, configuration }).redact(text);
}

test("in the project's own folder, with its own configuration, a command is as it stands", () => {
  expect(shown(project, undefined)).toBe(told);
});

test("elsewhere, or where that folder is gone, it is a whole path that a shell takes as it is", () => {
  for (const folder of ["/", undefined]) {
    expect(shown(folder, undefined)).toBe(
      "look with '/opt/switch over/scripts/status.ts'; '/opt/switch over/scripts/check.ts' list; ../scripts/x.ts and a/./scripts/y.ts are others",
    );
  }
});

test("it is about the configuration that was named, where it has one; once, however often the text comes by", () => {
  const once = shown(project, "/srv/a shop/deployment.config.ts");
  expect(once).toContain(
    "look with ./scripts/status.ts --config '/srv/a shop/deployment.config.ts'; ./scripts/check.ts list;",
  );
  expect(shown(project, "/srv/a shop/deployment.config.ts", once)).toBe(once);
});

test("a secret is masked all the same", () => {
  const redactor = withOwnCommands(createRedactor(), {
    project,
    workingDirectory: "/",
    configuration: undefined,
  });
  redactor.add("hunter2");
  expect(redactor.redact("hunter2: ./scripts/demo.ts")).toBe(
    "[redacted]: '/opt/switch over/scripts/demo.ts'",
  );
});
