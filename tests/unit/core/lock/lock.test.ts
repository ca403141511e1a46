import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../../../../sdk/core/errors/index.ts";
import { acquireLock, type LockHolder, readLockHolder } from "../../../../sdk/core/lock/index.ts";
import { smallFileSystem } from "../small-file-system.ts";

const fixture = join(import.meta.dir, "fixtures/hold.ts");
const holder: LockHolder = {
  pid: process.pid,
  command: "backup",
  since: "2026-11-20T14:02:27.000Z",
  doing: "dump",
};

let directory: string;
let path: string;
const started: Bun.Subprocess[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "switchover-lock-"));
  path = join(directory, "lock");
});
afterEach(async () => {
  for (const child of started.splice(0)) {
    child.kill("SIGKILL");
    await child.exited;
  }
  rmSync(directory, { recursive: true });
});

function start(...args: string[]): Bun.Subprocess<"ignore", "pipe", "inherit"> {
  const child = Bun.spawn([process.execPath, fixture, path, ...args], { stdout: "pipe" });
  started.push(child);
  return child;
}

async function firstWord(child: Bun.Subprocess<"ignore", "pipe", "inherit">): Promise<string[]> {
  for await (const chunk of child.stdout) return new TextDecoder().decode(chunk).trim().split(" ");
  return [];
}

function failureOf(act: () => unknown): Failure {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error("it did not fail");
}

test("a lock that is free is taken, told, and given back", () => {
  expect(readLockHolder(path)).toBeUndefined();
  const lock = acquireLock(path, holder);
  expect(readLockHolder(path)).toEqual(holder);
  lock.release();
  expect(readLockHolder(path)).toBeUndefined();
  expect(readFileSync(path, "utf8")).toBe("");
});

test("a lock is given back at the end of its block, and giving it back again frees no other's", () => {
  {
    using _lock = acquireLock(path, holder);
  }
  const first = acquireLock(path, holder);
  first.release();
  const second = acquireLock(path, { ...holder, doing: "upload" });
  first.update({ doing: "nothing" });
  first.release();
  expect(readLockHolder(path)?.doing).toBe("upload");
  second.release();
});

test("a held lock is refused with who holds it, since when, doing what, and what to do", async () => {
  const child = start("stage green");
  expect(await firstWord(child)).toEqual(["held"]);
  const failure = failureOf(() => acquireLock(path, holder));
  expect(failure.code).toBe("LOCK_HELD");
  expect(failure.exitCode).toBe(3);
  expect(failure.message).toMatch(
    new RegExp(
      `^deploy-production holds the lock, taken \\d\\d:\\d\\d UTC, doing: stage green \\(release 1\\.8\\.3, process ${child.pid} on this host\\)$`,
    ),
  );
  expect(failure.remedy).toMatch(/^wait for it, or look with .\/scripts\/status.ts; kill \d+ interrupts it/);
});

test("a lock of another day is refused with its date", () => {
  using _lock = acquireLock(path, { ...holder, since: "2001-02-03T04:05:06.000Z" });
  expect(failureOf(() => acquireLock(path, holder)).message).toContain("taken 2001-02-03 04:05 UTC");
});

test("the holder says what it is at, longer or shorter than before", () => {
  using lock = acquireLock(path, holder);
  lock.update({ doing: "a long story ".repeat(50), release: "1.8.3" });
  lock.update({ doing: "x" });
  expect(readLockHolder(path)).toEqual({ ...holder, doing: "x", release: "1.8.3" });
});

test("the lock of a killed process is free at once, and its name is not told any more", async () => {
  const child = start();
  await firstWord(child);
  child.kill("SIGKILL");
  await child.exited;
  expect(readFileSync(path, "utf8")).toContain("deploy-production");
  expect(readLockHolder(path)).toBeUndefined();
  acquireLock(path, holder).release();
});

test("a child that outlives the killed holder does not keep the lock", async () => {
  const child = start("stage", "child");
  const [, pid] = await firstWord(child);
  child.kill("SIGKILL");
  await child.exited;
  try {
    process.kill(Number(pid), 0);
    acquireLock(path, holder).release();
  } finally {
    process.kill(Number(pid), "SIGKILL");
  }
});

test("of processes that race for the lock one gets it", async () => {
  for (let round = 0; round < 3; round += 1) {
    const racers = [start(), start(), start(), start()];
    const words = await Promise.all(racers.map(firstWord));
    expect(words.filter(([word]) => word === "held")).toHaveLength(1);
    expect(words.filter(([word, code]) => word === "refused" && code === "LOCK_HELD")).toHaveLength(3);
    for (const racer of racers) {
      racer.kill("SIGKILL");
      await racer.exited;
    }
  }
});

test("readers that look all the time never make an acquirer fail", async () => {
  acquireLock(path, holder).release();
  const look = `import { readLockHolder } from ${JSON.stringify(join(import.meta.dir, "../../../../sdk/core/lock/index.ts"))};
    process.stdout.write("looking"); const end = Date.now() + 1500; while (Date.now() < end) readLockHolder(${JSON.stringify(path)});`;
  const readers = [1, 2].map(() => Bun.spawn([process.execPath, "-e", look], { stdout: "pipe" }));
  started.push(...readers);
  for (const reader of readers) await reader.stdout.getReader().read();
  for (let round = 0; round < 2_000; round += 1) acquireLock(path, holder).release();
});

test("a torn, empty or foreign lock file of a held lock still says that it is held", () => {
  for (const text of ["", '{"pid":1,"comm', "\0\0\0\0", "[]\n", '{"pid":"x"}\n']) {
    const lock = acquireLock(path, holder);
    writeFileSync(path, text);
    expect(readLockHolder(path)?.command).toBe("another run");
    expect(failureOf(() => acquireLock(path, holder)).code).toBe("LOCK_HELD");
    lock.release();
  }
});

test("a lock file that was removed while the lock was free is made anew", () => {
  acquireLock(path, holder).release();
  unlinkSync(path);
  using _lock = acquireLock(path, holder);
  expect(readLockHolder(path)).toEqual(holder);
});

test("a symbolic link planted in the lock's place is refused, and its target left alone", () => {
  const target = join(directory, "target");
  writeFileSync(target, "precious");
  symlinkSync(target, path);
  const failure = failureOf(() => acquireLock(path, holder));
  expect(failure.code).toBe("LOCK_NOT_TAKEN");
  expect(failure.remedy).toContain("symbolic link");
  expect(failureOf(() => readLockHolder(path))).toMatchObject({
    code: "LOCK_NOT_TAKEN",
    remedy: failure.remedy,
  });
  expect(readFileSync(target, "utf8")).toBe("precious");
});

test("the lock is taken on a full disk, where its holder's name cannot be written", () => {
  using full = smallFileSystem(64);
  const place = join(full.path, "lock");
  acquireLock(place, holder).release();
  full.fill();
  using _lock = acquireLock(place, holder);
  expect(readLockHolder(place)?.command).toBe("another run");
  expect(failureOf(() => acquireLock(place, holder)).code).toBe("LOCK_HELD");
});

test("a lock file that root makes belongs to the owner of its directory", () => {
  chownSync(directory, 1234, 1234);
  acquireLock(path, holder).release();
  expect(statSync(path).uid).toBe(1234);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  acquireLock(join(directory, "state", "lock"), holder).release();
  expect(statSync(join(directory, "state")).uid).toBe(1234);
});

test("the lock's directory is made when it is missing, for its owner only", () => {
  const place = join(directory, "state", "lock");
  acquireLock(place, holder).release();
  expect(existsSync(place)).toBe(true);
  expect(statSync(join(directory, "state")).mode & 0o777).toBe(0o700);
});
