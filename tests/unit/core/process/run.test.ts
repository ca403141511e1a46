import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { getPriority } from "node:os";
import { join } from "node:path";
import { Failure, messageOf } from "../../../../sdk/core/errors/index.ts";
import { endChildren, follow, run, succeed } from "../../../../sdk/core/process/index.ts";

const deadlineMs = 10_000;

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  try {
    await promise;
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error("it did not fail");
}

/** A process that nobody has reaped yet has a number, and does not live. */
function lives(pid: number): boolean {
  const path = `/proc/${pid}/stat`;
  return existsSync(path) && !readFileSync(path, "utf8").includes(") Z ");
}

async function gone(pid: number): Promise<boolean> {
  for (let wait = 0; wait < 1_000 && lives(pid); wait += 1) await Bun.sleep(10);
  return !lives(pid);
}

test("a command's exit code and both its streams are told, and no shell sees its arguments", async () => {
  const completed = await run(["sh", "-c", 'printf "%s" "$1"; echo no >&2; exit 3', "sh", "$(id) 'x' *"], {
    deadlineMs,
  });
  expect(completed).toMatchObject({ exitCode: 3, stdout: "$(id) 'x' *\n", stderr: "no\n" });
});

test("lines are told as they come, a last one without an end too, and broken UTF-8 does no harm", async () => {
  const lines: string[] = [];
  const argv = ["printf", "one\\ntwo\\n\\377three"];
  await run(argv, { deadlineMs, onLine: (line, stream) => lines.push(`${stream} ${line}`) });
  expect(lines).toEqual(["stdout one", "stdout two", "stdout \ufffdthree"]);
});

test("a command gets its input, and an empty one otherwise", async () => {
  expect((await run(["cat"], { deadlineMs, input: "über" })).stdout).toBe("über\n");
  expect((await run(["cat"], { deadlineMs })).stdout).toBe("");
});

test("of much output the newest is kept", async () => {
  const { stdout } = await run(["seq", "1", "100000"], { deadlineMs, keepCharacters: 20 });
  expect(stdout).toBe("99998\n99999\n100000\n");
});

test("a program that is not there is told", async () => {
  const failure = await failureOf(run(["no-such-program"], { deadlineMs }));
  expect([failure.code, failure.details["program"]]).toEqual(["TOOL_MISSING", "no-such-program"]);
});

test("a command that must succeed and does not is told with its last words", async () => {
  const failure = await failureOf(succeed(["sh", "-c", "seq 1 9 >&2; exit 7"], { deadlineMs }));
  expect([failure.code, failure.why]).toEqual(["COMMAND_FAILED", "4\n5\n6\n7\n8\n9"]);
  expect(failure.message).toBe("sh -c seq 1 9 >&2; exit 7 exited 7");
});

test("at its deadline a command is ended, with what it has started", async () => {
  let pid = 0;
  const started = performance.now();
  const command = run(["sh", "-c", "sleep 30 & echo $!; wait"], {
    deadlineMs: 200,
    onLine: (line) => {
      pid = Number(line);
    },
  });
  expect((await failureOf(command)).code).toBe("DEADLINE_EXCEEDED");
  expect(performance.now() - started).toBeLessThan(10_000);
  expect(await gone(pid)).toBe(true);
});

test("a command that leaves a process behind which holds its output is ended at its deadline too", async () => {
  const started = performance.now();
  const failure = await failureOf(run(["sh", "-c", "sleep 30 & exit 0"], { deadlineMs: 200 }));
  expect(failure.code).toBe("DEADLINE_EXCEEDED");
  expect(performance.now() - started).toBeLessThan(10_000);
});

test("what a command started in a session of its own, and which holds its output, is not waited for", async () => {
  const started = performance.now();
  const command = run(["sh", "-c", "setsid sleep 20 & exec sleep 20"], { deadlineMs: 200 });
  expect((await failureOf(command)).code).toBe("DEADLINE_EXCEEDED");
  expect(performance.now() - started).toBeLessThan(8_000);
}, 15_000);

test("a command that does not heed SIGTERM is killed", async () => {
  const started = performance.now();
  const deaf = run(["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"], { deadlineMs: 100 });
  expect((await failureOf(deaf)).code).toBe("DEADLINE_EXCEEDED");
  expect(performance.now() - started).toBeWithin(4_500, 20_000);
}, 30_000);

test("a command is interrupted by its signal, also when that was there before it", async () => {
  const controller = new AbortController();
  const command = run(["sleep", "30"], { deadlineMs, signal: controller.signal });
  controller.abort();
  expect((await failureOf(command)).code).toBe("INTERRUPTED");
  expect((await failureOf(run(["sleep", "30"], { deadlineMs, signal: controller.signal }))).code).toBe(
    "INTERRUPTED",
  );
});

test("a listener that throws leaves no command behind", async () => {
  let pid = 0;
  const command = run(["sh", "-c", "echo $$; exec sleep 30"], {
    deadlineMs,
    onLine: (line) => {
      pid = Number(line);
      throw new Error("the listener broke");
    },
  });
  expect(await command.catch(messageOf)).toBe("the listener broke");
  expect(await gone(pid)).toBe(true);
});

test("every child that still runs can be ended at once", async () => {
  const commands = [1, 2].map(() => run(["sleep", "30"], { deadlineMs }));
  await Bun.sleep(50);
  await endChildren();
  expect((await Promise.all(commands)).map(({ exitCode }) => exitCode)).toEqual([143, 143]);
});

test("a command that goes on printing is followed line by line, and ended when it is let go", async () => {
  const seen: string[] = [];
  let pid = 0;
  {
    await using following = follow(["sh", "-c", "echo one; echo two; exec sleep 30"]);
    pid = following.child.pid;
    for await (const line of following.lines) if (seen.push(line) === 2) break;
  }
  expect(seen).toEqual(["one", "two"]);
  expect(await gone(pid)).toBe(true);
});

test("a followed command that ends by itself ends its lines", async () => {
  await using following = follow(["printf", "a\\nb"]);
  expect(await Array.fromAsync(following.lines)).toEqual(["a", "b"]);
});

test("a line that never ends comes in pieces, so that it cannot fill the memory", async () => {
  const lengths: number[] = [];
  const argv = ["head", "--bytes=10000000", "/dev/zero"];
  await run(argv, { deadlineMs, keepCharacters: 10, onLine: (line) => lengths.push(line.length) });
  expect(Math.max(...lengths)).toBe(4 * 1024 * 1024);
  expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(10_000_000);
});

test("a command stands back as far as it is told to, and never less than the run that starts it", async () => {
  const module = JSON.stringify(join(import.meta.dir, "../../../../sdk/core/process/index.ts"));
  const asking = `const { run } = await import(${module});
    console.log((await run(["sh", "-c", "sleep 0.5; nice"], { deadlineMs: 10_000, niceness: 10 })).stdout.trim());`;
  const own = getPriority();
  for (const more of [0, 15]) {
    const { stdout } = Bun.spawnSync(["nice", "-n", `${more}`, process.execPath, "-e", asking]);
    expect(Number(stdout.toString())).toBe(Math.max(10, Math.min(19, own + more)));
  }
});
