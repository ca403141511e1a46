import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const fixtures = join(import.meta.dir, "fixtures");
const bun = [process.execPath, "--no-env-file", "--no-install"];

export interface Ended {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** A project of its own for the fixture, gone when it is disposed of. */
export function emptyProject() {
  const path = mkdtempSync(join(tmpdir(), "switchover-cli-"));
  const logs = join(path, "logs", "deployment");
  return {
    path,
    logText: () =>
      readdirSync(logs)
        .map((name) => readFileSync(join(logs, name), "utf8"))
        .join(""),
    logNames: () => readdirSync(logs),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

export function environment(project: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: tmpdir(),
    TERM: "xterm-256color",
    TEST_PROJECT: project,
    ...more,
  };
}

/** Starts a fixture with pipes, where wanted through a program that takes rights away. */
export function start(
  fixture: "hello" | "run" | "announced",
  args: readonly string[],
  project?: string,
  cwd = tmpdir(),
  through: readonly string[] = [],
) {
  const own = emptyProject();
  const child = Bun.spawn([...through, ...bun, join(fixtures, `${fixture}.ts`), ...args], {
    cwd,
    env: environment(project ?? own.path),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  void child.exited.then(own[Symbol.dispose]);
  return child;
}

export async function ended(child: ReturnType<typeof start>): Promise<Ended> {
  const [stdout, stderr, exitCode] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  return { exitCode, stdout, stderr };
}

export function runToEnd(
  fixture: "hello" | "run" | "announced",
  args: readonly string[],
  project?: string,
): Promise<Ended> {
  return ended(start(fixture, args, project));
}

/** Reads standard error until a text has come; gives what came, and how to read on, to another text or to the end. */
export async function until(child: ReturnType<typeof start>, text: string) {
  const reader = child.stderr.getReader();
  const decoder = new TextDecoder();
  let seen = "";
  const read = async () => {
    const { value, done } = await reader.read();
    if (value !== undefined) seen += decoder.decode(value, { stream: true });
    return !done;
  };
  const shows = async (wanted: string) => {
    while (!seen.includes(wanted) && (await read())) {}
  };
  await shows(text);
  const rest = async () => {
    while (await read()) {}
    return seen;
  };
  return { seen, shows, rest };
}

export interface Pty {
  /** The exit code, once the terminal has been sent all. */
  exitCode(): Promise<number>;
  /** All that the terminal was sent so far. */
  screen(): string;
  /** Waits until the terminal has been sent a text. */
  shows(text: string): Promise<void>;
  type(text: string): void;
}

/** Starts a fixture on a terminal of its own, of so many columns. */
export function startOnPty(
  args: readonly string[],
  { columns = 80, env = {} }: { columns?: number; env?: Record<string, string> } = {},
): Pty {
  const project = emptyProject();
  const decoder = new TextDecoder();
  let screen = "";
  const child = Bun.spawn([...bun, join(fixtures, "run.ts"), ...args], {
    cwd: tmpdir(),
    env: environment(project.path, env),
    terminal: {
      cols: columns,
      rows: 24,
      data: (_terminal, bytes) => {
        screen += decoder.decode(bytes, { stream: true });
      },
    },
  });
  return {
    async exitCode() {
      const exitCode = await child.exited;
      project[Symbol.dispose]();
      for (let before = ""; before !== screen; await Bun.sleep(100)) before = screen;
      return exitCode;
    },
    screen: () => screen,
    async shows(text) {
      const limit = Date.now() + 30_000;
      while (!screen.includes(text)) {
        if (Date.now() > limit)
          throw new Error(`the terminal never showed ${text}: ${JSON.stringify(screen)}`);
        await Bun.sleep(5);
      }
    },
    type: (text) => child.terminal?.write(text),
  };
}
