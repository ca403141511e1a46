import { expect, test } from "bun:test";
import { chmodSync, chownSync, linkSync, mkdirSync, writeFileSync } from "node:fs";
import { succeed } from "../../../sdk/core/process/index.ts";
import { documentOf } from "../../support/document.ts";
import { attributeOf, giveAccessList, giveCapability, holdLease } from "../../support/file-attributes.ts";
import { ownerAndMode } from "../../support/owner-and-mode.ts";
import { application, permissionsProject } from "../../support/permissions-project.ts";

const deadlineMs = 30_000;
const right = (mode: string) => `${application}:${application} ${mode}`;
const mount = (args: readonly string[]) => succeed(["mount", ...args], { deadlineMs });
const unmount = (path: string) => succeed(["umount", "--lazy", path], { deadlineMs });

test("files with a second name, programs that run as their owner, pipes and sockets are reported and left", async () => {
  using project = permissionsProject();
  const outside = project.file("outside/passwd");
  linkSync(outside, project.path("uploads/linked"));
  const program = project.file("uploads/program");
  chmodSync(program, 0o4755);
  await succeed(["mkfifo", project.path("uploads/pipe")], { deadlineMs });
  await succeed(["mknod", project.path("uploads/device"), "c", "1", "3"], { deadlineMs });
  const found = await project.fix();
  expect(found.left["hard-links"]?.paths).toEqual(["uploads/linked"]);
  expect(found.left.setuid?.paths).toEqual(["uploads/program"]);
  expect(found.left["special-files"]?.paths.toSorted()).toEqual(["uploads/device", "uploads/pipe"]);
  expect(ownerAndMode(outside)).toBe("0:0 644");
  expect(ownerAndMode(program)).toBe("0:0 4755");
});

test("they are changed where a rule says so, and a program then still runs as its new owner", async () => {
  const rule = {
    name: "tools",
    paths: ["tools"],
    owner: "application",
    group: "application",
    files: "4755",
    also: ["hard-links", "setuid", "special-files"],
  };
  using project = permissionsProject({ permissions: { rules: [rule] } });
  const program = project.file("tools/program");
  chmodSync(program, 0o4711);
  linkSync(program, project.path("tools/second"));
  await succeed(["mkfifo", project.path("tools/pipe")], { deadlineMs });
  await project.fix();
  expect(ownerAndMode(program)).toBe(right("4755"));
  expect(ownerAndMode(project.path("tools/pipe"))).toBe(right("4755"));
});

test("the group of a folder that hands it down, and the mask of an access list, stay", async () => {
  using project = permissionsProject();
  mkdirSync(project.path("uploads/shared"));
  chmodSync(project.path("uploads/shared"), 0o2700);
  const listed = project.file("uploads/listed");
  giveAccessList(listed, 1234);
  const list = attributeOf(listed, "system.posix_acl_access");
  await project.fix();
  expect(ownerAndMode(project.path("uploads/shared"))).toBe(right("2755"));
  // rw for the group are the mask: with them gone, the user of the list could not write any more.
  expect(ownerAndMode(listed)).toBe(right("664"));
  expect(attributeOf(listed, "system.posix_acl_access")).toBe(list);
  const again = await project.fix();
  expect(again.run).toBeNull();
});

test("a program with capabilities is reported, and keeps them", async () => {
  using project = permissionsProject();
  const program = project.file("uploads/server");
  giveCapability(program);
  const found = await project.fix();
  expect(found.left.capabilities?.paths).toEqual(["uploads/server"]);
  expect(attributeOf(program, "security.capability")).toBeDefined();
  expect(ownerAndMode(program)).toBe("0:0 644");
});

test("no mount is entered, not even of the same file system or of a single file", async () => {
  using project = permissionsProject();
  const outside = project.file("outside/folder/secret");
  const single = project.file("outside/single");
  mkdirSync(project.path("uploads/bound"));
  mkdirSync(project.path("uploads/disk"));
  project.file("uploads/file");
  await mount(["--bind", project.path("outside/folder"), project.path("uploads/bound")]);
  await mount(["--bind", single, project.path("uploads/file")]);
  await mount(["-t", "tmpfs", "-o", "size=1m", "tmpfs", project.path("uploads/disk")]);
  try {
    const onDisk = project.file("uploads/disk/file");
    const found = await project.fix();
    expect(found.left.mount?.paths.toSorted()).toEqual(["uploads/bound", "uploads/disk", "uploads/file"]);
    for (const path of [outside, single, onDisk]) expect(ownerAndMode(path)).toBe("0:0 644");
    expect(ownerAndMode(project.path("uploads/disk"))).toBe("0:0 1777");
  } finally {
    for (const name of ["bound", "file", "disk"]) await unmount(project.path("uploads", name));
  }
});

test("a mount that the policy names is walked through", async () => {
  const rule = {
    name: "disk",
    paths: ["uploads/disk"],
    owner: "application",
    group: "application",
    files: "0600",
  };
  using project = permissionsProject({ permissions: { rules: [rule] } });
  mkdirSync(project.path("uploads/disk"));
  await mount(["-t", "tmpfs", "-o", "size=1m", "tmpfs", project.path("uploads/disk")]);
  try {
    const file = project.file("uploads/disk/file");
    const found = await project.fix();
    expect(ownerAndMode(file)).toBe(right("600"));
    expect(found.left.mount).toBeUndefined();
  } finally {
    await unmount(project.path("uploads/disk"));
  }
});

test("what the policy names behind a mount is walked through, each of it once", async () => {
  const paths = ["data/uploads", "data/uploads/deep"];
  const rule = { name: "disk", paths, owner: "application", group: "application" };
  using project = permissionsProject({ permissions: { rules: [rule] } });
  mkdirSync(project.path("data"));
  await mount(["-t", "tmpfs", "-o", "size=1m", "tmpfs", project.path("data")]);
  try {
    const [file, foreign] = [project.file("data/uploads/deep/file"), project.file("data/other")];
    const found = await project.fix();
    expect(ownerAndMode(file)).toBe(right("644"));
    expect(ownerAndMode(foreign)).toBe("0:0 644");
    expect(found.left).toEqual({});
    expect(found.rules.find(({ rule }) => rule === "disk")?.changed).toBe(3);
  } finally {
    await unmount(project.path("data"));
  }
});

test("a file that its owner holds a lease on is changed without waiting for him", async () => {
  using project = permissionsProject();
  const file = project.file("uploads/leased");
  chmodSync(file, 0o600);
  using _lease = holdLease(file);
  const found = await project.fix();
  expect(found.left).toEqual({});
  expect(ownerAndMode(file)).toBe(right("644"));
});

test("undoing makes no program run as its old owner again: another could write to it meanwhile", async () => {
  const rule = { name: "tools", paths: ["tools"], owner: "application", files: "0755", also: ["setuid"] };
  using project = permissionsProject({ permissions: { rules: [rule] } });
  const program = project.file("tools/program");
  chmodSync(program, 0o4755);
  await project.fix();
  expect(ownerAndMode(program)).toBe(`${application}:0 755`);
  const [run = ""] = project.runs();
  const undone = documentOf(await project.run("--undo", run, "--json")).result;
  expect(undone).toMatchObject({ leftAlone: { count: 1, paths: ["tools/program"] } });
  expect(ownerAndMode(program)).toBe(`${application}:0 755`);
});

test("a database's folder is left to its server", async () => {
  using project = permissionsProject();
  const inside = project.file("uploads/pg/PG_VERSION");
  chmodSync(project.path("uploads/pg"), 0o700);
  const found = await project.fix();
  expect(found.left.database?.paths).toEqual(["uploads/pg"]);
  expect(ownerAndMode(project.path("uploads/pg"))).toBe("0:0 700");
  expect(ownerAndMode(inside)).toBe("0:0 644");
});

test("names that are no text are changed, and shown on one line", async () => {
  using project = permissionsProject();
  const name = Buffer.from("bad\nname\xff\u001b[2J.png", "latin1");
  writeFileSync(Buffer.concat([Buffer.from(project.path("uploads/")), name]), "");
  const found = await project.fix();
  const shown = "uploads/bad\\x0aname\\xff\\x1b[2J.png";
  expect(found.rules.find(({ rule }) => rule === "uploads")?.paths).toContain(shown);
  const second = await project.fix();
  expect(second.run).toBeNull();
});

test("of several rules the last one counts, and what is excepted is left with everything in it", async () => {
  const rules = [
    { name: "private", paths: ["uploads/private"], directories: "0700", files: "0600", except: ["**/*.pub"] },
  ];
  using project = permissionsProject({ permissions: { rules } });
  const secret = project.file("uploads/private/deep/secret");
  const open = project.file("uploads/private/key.pub");
  for (const path of [secret, open]) chownSync(path, 5, 5);
  await project.fix();
  expect(ownerAndMode(secret)).toBe("5:5 600");
  expect(ownerAndMode(open)).toBe(right("644"));
});
