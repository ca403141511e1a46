import { afterEach, expect, test } from "bun:test";
import { type ComposeProject, composeArgv, composeCommand } from "../../../../sdk/systems/docker/index.ts";

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

const chosen = process.env["SWITCHOVER_COMPOSE"];
afterEach(() => {
  if (chosen === undefined) delete process.env["SWITCHOVER_COMPOSE"];
  else process.env["SWITCHOVER_COMPOSE"] = chosen;
});

const spaced = { ...project, envFiles: ["/srv/my hub/.env", "/srv/hub/.env.green"] };

test("a command for a person names every file, and quotes what a shell would take apart", () => {
  process.env["SWITCHOVER_COMPOSE"] = "/usr/libexec/docker/cli-plugins/docker-compose";
  expect(composeCommand(spaced, ["up", "-d", "web"])).toBe(
    "docker compose -p hub-green --project-directory /srv/hub --env-file '/srv/my hub/.env' --env-file /srv/hub/.env.green " +
      "-f /srv/hub/docker-compose.yml -f /srv/hub/.switchover/compose/green.json up -d web",
  );
});

test("version 1 takes one env file in such a command, and several as one", () => {
  process.env["SWITCHOVER_COMPOSE"] = "/opt/compose-v1";
  const command = (envFiles: readonly string[]) => composeCommand({ ...project, envFiles }, ["ps"]);
  const rest =
    "-p hub-green --project-directory /srv/hub -f /srv/hub/docker-compose.yml -f /srv/hub/.switchover/compose/green.json ps";
  expect(command([])).toBe(`/opt/compose-v1 ${rest}`);
  expect(command(["/srv/hub/.env"])).toBe(`/opt/compose-v1 --env-file /srv/hub/.env ${rest}`);
  expect(command(spaced.envFiles)).toBe(
    `f=$(mktemp) && awk 1 '/srv/my hub/.env' /srv/hub/.env.green > "$f" && /opt/compose-v1 --env-file "$f" ${rest}; rm -f "$f"`,
  );
});
