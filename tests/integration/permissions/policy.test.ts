import { expect, test } from "bun:test";
import { symlinkSync, writeFileSync } from "node:fs";
import { errorOf } from "../../support/document.ts";
import { ownerAndMode } from "../../support/owner-and-mode.ts";
import { permissionsProject } from "../../support/permissions-project.ts";

const ruleFor = (...paths: string[]) => ({ rules: [{ name: "mine", paths, owner: "application" }] });

const tooWide = [".", "..", "/", "/etc", "**/uploads", "*/images"];
const ownSources = ["sdk", "scripts/status.ts", ".git", "*", "s*", ".*", "?dk"];
const decidesWhatRuns = ["config", "config/*", "compose.yml", "package.json", "*.json", "*.yml"];

test.each([...tooWide, ...ownSources, ...decidesWhatRuns])(
  "a rule for %s is refused before anything changes",
  async (path) => {
    using project = permissionsProject({ permissions: ruleFor(path) });
    const file = project.file("uploads/a");
    const refused = await project.run("--json");
    expect(refused.exitCode).toBe(2);
    expect(errorOf(refused).code).toBe("PERMISSIONS_POLICY");
    expect(ownerAndMode(file)).toBe("0:0 644");
  },
);

test("the configuration and the Compose files may be closed to others", async () => {
  const rule = { name: "mine", paths: ["config", "*.yml"], owner: "operator", files: "0640" };
  using project = permissionsProject({ permissions: { rules: [rule] } });
  await project.fix();
  for (const path of ["config/deployment.config.ts", "compose.yml"])
    expect(ownerAndMode(project.path(path))).toBe("0:0 640");
});

test("env files are known by their names beside a Compose file, and by the configuration, at once", async () => {
  using around = permissionsProject();
  const root = around.path("deploy");
  const blue = { project: "p-blue", files: ["../compose.yml"], envFiles: ["env/blue"] };
  const platform = {
    kind: "docker-host",
    environments: { blue, green: { ...blue, project: "p-green" } },
    shared: { ...blue, project: "p-shared", services: ["edge"] },
    proxy: { service: "edge", frontDoor: "http://127.0.0.1:9", markerDirectory: "switch" },
  };
  using project = permissionsProject({ root, others: { platform } });
  const secrets = [project.file("env/blue"), project.file(".env"), around.file(".env.green")];
  const found = await project.run("--json");
  expect(found.exitCode).toBe(0);
  for (const path of secrets) expect(ownerAndMode(path)).toBe("0:0 600");
});

test.each([
  { uploads: { blue: ".", green: "uploads" } },
  { weights: { directory: "." } },
  { backups: { directory: "." } },
  { weights: { directory: "/" } },
])("%j is refused: a default must not lead over the whole project either", async (others) => {
  using project = permissionsProject({ others });
  const source = project.file("scripts/status.ts");
  const refused = await project.run("--json");
  expect(refused.exitCode).toBe(2);
  expect(errorOf(refused).code).toBe("PERMISSIONS_POLICY");
  expect(ownerAndMode(source)).toBe("0:0 644");
});

test("a project whose own path has a wildcard in it is refused: its rules would fit its neighbours", async () => {
  using neighbour = permissionsProject();
  using project = permissionsProject({ root: `${neighbour.path("projec")}*` });
  const file = neighbour.file("project/uploads/a");
  const refused = await project.run("--json");
  expect(errorOf(refused).code).toBe("PERMISSIONS_POLICY");
  expect(ownerAndMode(file)).toBe("0:0 644");
});

test.each([2 ** 32 - 1, 2 ** 32])(
  "%d is no number of a user: the kernel would take another for it",
  async (uid) => {
    using project = permissionsProject({ permissions: { uid } });
    const refused = await project.run("--json");
    expect(refused.exitCode).toBe(2);
    expect(errorOf(refused).code).toBe("CONFIG_INVALID");
  },
);

test("what the policy names and is not there is a warning; what a default names is a note", async () => {
  using project = permissionsProject({
    permissions: ruleFor("uplaods", "never/*.png"),
    others: { weights: { directory: "/nowhere/weights" } },
  });
  const found = await project.fix();
  expect(found.warnings).toEqual(["mine: uplaods is not there"]);
  expect(found.notes).toContain("weights: /nowhere/weights is not there");
});

test("a folder of the policy that is a link is told, and what it leads to is left", async () => {
  using project = permissionsProject({ permissions: ruleFor("link", "link/inside") });
  const file = project.file("real/inside");
  symlinkSync(project.path("real"), project.path("link"));
  const found = await project.fix();
  expect(found.warnings).toEqual([
    "mine: link is a symbolic link: name what it leads to",
    expect.stringContaining("link/inside lies behind a symbolic link"),
  ]);
  expect(ownerAndMode(file)).toBe("0:0 644");
});

test("env files, keys and certificates get the modes that they need", async () => {
  using project = permissionsProject({
    others: { tls: { certificate: "tls/cert.pem", key: "tls/key.pem" } },
  });
  const [certificate, key, env] = [
    project.file("tls/cert.pem"),
    project.file("tls/key.pem"),
    project.file(".env"),
  ];
  await project.fix();
  expect([certificate, key, env].map((path) => ownerAndMode(path))).toEqual([
    "0:0 644",
    "0:0 600",
    "0:0 600",
  ]);
});

test("the database's folder that a Compose file mounts is closed to others, and nothing in it changed", async () => {
  using project = permissionsProject();
  writeFileSync(
    project.path("compose.yml"),
    "services:\n  db:\n    image: none\n    volumes: ['./pgdata:/var/lib/postgresql/data']\n",
  );
  const inside = project.file("pgdata/PG_VERSION");
  await project.fix();
  expect(ownerAndMode(project.path("pgdata"))).toBe("0:0 700");
  expect(ownerAndMode(inside)).toBe("0:0 644");
});

test.each(["/var/lib/postgresql/data", "/var/lib/postgresql"])(
  "a folder mounted at %s in which a database has its data is left open: its server goes through it",
  async (target) => {
    using project = permissionsProject();
    const volumes = `    volumes: ['./pgdata:${target}/']\n`;
    writeFileSync(project.path("compose.yml"), `services:\n  db:\n    image: none\n${volumes}`);
    project.file("pgdata/18/docker/PG_VERSION");
    await project.fix();
    expect(ownerAndMode(project.path("pgdata"))).toBe("0:0 755");
  },
);
