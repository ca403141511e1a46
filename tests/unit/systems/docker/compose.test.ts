import { expect, test } from "bun:test";
import { type ComposeProject, composeArgv } from "../../../../sdk/systems/docker/index.ts";

const project: ComposeProject = {
  project: "hub-green",
  files: ["/srv/hub/docker-compose.yml", "/srv/hub/.switchover/compose/green.json"],
  envFiles: ["/srv/hub/.env.green"],
  directory: "/srv/hub",
};

test("version 2 is the plugin's own file, with the project's name, folder, variables and files before the command", () => {
  const plugin = "/usr/libexec/docker/cli-plugins/docker-compose";
  expect(composeArgv({ argv: [plugin], version: 2 }, project, ["up", "--detach", "web"])).toEqual([
    plugin,
    "-p",
    "hub-green",
    "--project-directory",
    "/srv/hub",
    "--env-file",
    "/srv/hub/.env.green",
    "-f",
    "/srv/hub/docker-compose.yml",
    "-f",
    "/srv/hub/.switchover/compose/green.json",
    "up",
    "--detach",
    "web",
  ]);
});

test("version 1, which knows one file of variables only, is named none", () => {
  expect(composeArgv({ argv: ["/usr/bin/docker-compose"], version: 1 }, project, ["config"])).toEqual([
    "/usr/bin/docker-compose",
    "-p",
    "hub-green",
    "--project-directory",
    "/srv/hub",
    "-f",
    "/srv/hub/docker-compose.yml",
    "-f",
    "/srv/hub/.switchover/compose/green.json",
    "config",
  ]);
});

test("several files with variables are all named, in their order", () => {
  const both = { ...project, envFiles: ["/srv/hub/.env", "/srv/hub/.env.green"] };
  const argv = composeArgv({ argv: ["docker-compose"], version: 2 }, both, ["config"]);
  expect(argv.filter((_, index) => argv[index - 1] === "--env-file")).toEqual([
    "/srv/hub/.env",
    "/srv/hub/.env.green",
  ]);
});

test("a path with a space stays one argument", () => {
  const spaced = { ...project, files: ["/srv/my hub/compose.yml"], envFiles: [] };
  expect(composeArgv({ argv: ["docker-compose"], version: 2 }, spaced, ["ps"])).toContain(
    "/srv/my hub/compose.yml",
  );
});
