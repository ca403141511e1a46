import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { folderOf } from "../../../../sdk/core/manifest/index.ts";
import { succeed } from "../../../../sdk/core/process/index.ts";
import { mountSmallDisk } from "../../../support/small-disk.ts";
import { type FilesProject, openFilesProject } from "./files-project.ts";

const limits = { deadlineMs: 30_000 };

let files: FilesProject;
beforeEach(() => {
  files = openFilesProject();
});
afterEach(() => files[Symbol.dispose]());

test("what is open is not replaced, and neither is anything with it", async () => {
  const { notes, backUp, refused } = files;
  const { id } = await backUp();
  using open = new Database(notes);
  expect(open.query("SELECT count(*) FROM notes").values()).toEqual([[2]]);
  const error = await refused(id, "--in-place", "--confirm=backups");
  expect(error).toMatchObject({
    code: "DATABASE_IN_USE",
    exitCode: 4,
    why: expect.stringContaining(`${process.pid}`),
  });
}, 180_000);

test("what is not confirmed is not replaced: nobody to ask, the wrong name", async () => {
  const { backUp, refused } = files;
  const { id } = await backUp();
  expect(await refused(id, "--in-place")).toMatchObject({
    code: "CONFIRMATION_NEEDED",
    exitCode: 2,
    remedy: expect.stringContaining("--confirm=backups"),
  });
  expect(await refused(id, "--path", "uploads", "--in-place", "--confirm=backups")).toMatchObject({
    code: "CONFIRMATION_NEEDED",
    remedy: expect.stringContaining("--confirm=uploads"),
  });
}, 180_000);

test("a place that is a link or a mount is refused before anything is made", async () => {
  const { uploads, conf, backUp, refused } = files;
  const { id } = await backUp();
  rmSync(conf);
  symlinkSync("/etc/passwd", conf);
  expect(await refused(id, "--in-place", "--confirm=backups")).toMatchObject({ code: "TARGET_UNUSABLE" });
  await succeed(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", uploads], limits);
  try {
    const error = await refused(id, "--path", "uploads", "--in-place", "--confirm=uploads");
    expect(error).toMatchObject({ code: "TARGET_UNUSABLE", why: expect.stringContaining("mounted") });
  } finally {
    await succeed(["umount", uploads], limits);
  }
}, 180_000);

test("a place without room, or that cannot be written, is told as that, and hinders no later restore", async () => {
  const { project, notes, backUp, restoreRun, refused } = files;
  using database = new Database(notes);
  database.run("INSERT INTO notes VALUES (hex(randomblob(1000000)))");
  const { id } = await backUp();
  await using disk = await mountSmallDisk(join(project.root, "small"));
  const at = ["--as", join(disk.folder, "restored")];
  expect(await refused(id, "--database", "notes.db", ...at)).toMatchObject({ code: "NO_SPACE", exitCode: 1 });
  expect(readdirSync(disk.folder)).toEqual([]);
  await succeed(["mount", "-o", "remount,ro", disk.folder], limits);
  const small = await refused(id, "--path", "my nginx.conf", ...at);
  expect(small).toMatchObject({ code: "TARGET_UNUSABLE", exitCode: 2 });
  const { stderr } = await restoreRun(id, "--database", "notes.db");
  expect(stderr).not.toContain("cannot be cleared away");
}, 180_000);

test("a damaged file leaves everything as it is, and the good backup before it restores", async () => {
  const { project, backUp, restore, refused } = files;
  const good = await backUp();
  const bad = await backUp();
  const item = bad.items.find(({ type }) => type === "directory");
  const file = join(folderOf(project.backups, bad), item?.file ?? "");
  const whole = readFileSync(file);
  for (let tenth = 0; tenth < 10; tenth += 1) {
    truncateSync(file, Math.floor((whole.length * tenth) / 10));
    expect(await refused(bad.id, "--in-place", "--confirm=backups")).toMatchObject({
      code: "BACKUP_DAMAGED",
      exitCode: 1,
    });
  }
  const flipped = Buffer.from(whole);
  flipped.writeUInt8(flipped.readUInt8(whole.length >> 1) ^ 1, whole.length >> 1);
  writeFileSync(file, flipped);
  expect((await refused(bad.id, "--in-place", "--confirm=backups")).code).toMatch(
    /^(BACKUP_DAMAGED|COMMAND_FAILED)$/,
  );
  rmSync(file);
  expect(await refused(bad.id, "--in-place", "--confirm=backups")).toMatchObject({ code: "BACKUP_DAMAGED" });
  await restore(good.id, "--in-place", "--confirm=backups");
}, 180_000);

test("an encrypted backup needs its identity, and the identity is told nobody", async () => {
  const { project, uploads, backUp, restore, refused } = files;
  const [key, other] = [join(project.root, "key.txt"), join(project.root, "other.txt")];
  for (const file of [key, other]) await succeed(["age-keygen", "-o", file], limits);
  const recipient = (await succeed(["age-keygen", "-y", key], limits)).trim();
  const text = readFileSync(project.configFile, "utf8");
  writeFileSync(
    project.configFile,
    text.replace('"backups": {', `"backups": { "encryptTo": ["${recipient}"],`),
  );
  const { id } = await backUp();
  const inPlace = [id, "--path", "uploads", "--in-place", "--confirm=uploads"];
  expect(await refused(...inPlace)).toMatchObject({
    code: "IDENTITY_NEEDED",
    exitCode: 2,
    why: expect.stringContaining(recipient),
  });
  expect(await refused(...inPlace, "--identity", other)).toMatchObject({ code: "DECRYPTION_FAILED" });
  rmSync(join(uploads, "deep"), { recursive: true });
  await restore(...inPlace, "--identity", key);
  expect(existsSync(join(uploads, "deep"))).toBe(true);
  const secret = readFileSync(key, "utf8").match(/AGE-SECRET-KEY-\w+/)?.[0] ?? "no secret";
  const logs = await succeed(
    ["grep", "-rlF", "--exclude=key.txt", secret, project.root, join(project.root, ".switchover")],
    limits,
  ).catch(() => "");
  expect(logs).toBe("");
}, 180_000);
