import { expect, test } from "bun:test";
import { startOnPty } from "./start.ts";

const introducer = "\u001b";

/** What stands on the screen at the end, line by line: each line as it was after it was last erased. */
function lines(screen: string): string[] {
  return Bun.stripANSI(screen.replaceAll(`\r${introducer}[2K`, "\u0000"))
    .split("\r\n")
    .map((line) => line.slice(line.lastIndexOf("\u0000") + 1));
}

test("at a terminal the running step has a live line, and each step ends in a line that stays", async () => {
  const pty = startOnPty(["progress"]);
  expect(await pty.exitCode()).toBe(0);
  expect(pty.screen()).toContain("⠋ stage  0 s");
  expect(lines(pty.screen())).toEqual([
    "said in between",
    "✓ stage  3.2 s",
    "· permissions  not configured  0 s",
    "✗ verify  failed  1 min 15 s  502 from /health",
    "↩ stage  undone  1 s",
    "",
  ]);
});

test.each([0, 20, 40])("a live line never fills the line of a terminal of %d columns", async (columns) => {
  const pty = startOnPty(["progress"], { columns });
  await pty.exitCode();
  const live = pty
    .screen()
    .split(/\r/)
    .map((part) => Bun.stripANSI(part.split("\n")[0] ?? ""));
  const widest = Math.max(
    ...live.filter((line) => /^[⠋⠙⠹⠸]/.test(line)).map((line) => Bun.stringWidth(line)),
  );
  expect(widest).toBe((columns || 80) - 1);
});

test("colours are shown at a terminal", async () => {
  const pty = startOnPty(["colors"]);
  await pty.exitCode();
  expect(pty.screen()).toBe(`${introducer}[32mgreen${introducer}[39m\r\n`);
});

test.each([
  [["colors", "--no-color"], {}],
  [["colors"], { NO_COLOR: "1" }],
  [["colors"], { TERM: "dumb" }],
])("colours are left out by %j and %j", async (args, env) => {
  const pty = startOnPty(args, { env });
  await pty.exitCode();
  expect(pty.screen()).toBe("green\r\n");
});

test("a dumb terminal gets plain lines", async () => {
  const pty = startOnPty(["progress"], { env: { TERM: "dumb" } });
  await pty.exitCode();
  expect(pty.screen()).not.toContain(introducer);
  expect(pty.screen()).toContain("UTC stage … done 3.2 s");
});

test("what a called program says cannot drive the terminal, and our own colours stay", async () => {
  const pty = startOnPty(["hostile"]);
  await pty.exitCode();
  expect(pty.screen()).toBe(`]0;renamed${introducer}[31mred${introducer}[39m[2Jcleared\r\n`);
});

test.each([
  ["confirm", "y\n", "dropped"],
  ["confirm", "yes\n", "dropped"],
  ["confirm", "\n", "kept"],
  ["confirm", "\u0004", "kept"],
  ["type", "y\n", "left"],
  ["type", "cell-hub\n", "restored"],
])("a person who is asked by %s and answers %j gets: %s", async (way, answer, result) => {
  const pty = startOnPty([way]);
  await pty.shows(way === "type" ? "Type cell-hub to go on: " : "Drop the old release? [y/N] ");
  pty.type(answer);
  await pty.shows(result);
  expect(await pty.exitCode()).toBe(0);
});

test("Ctrl-C at a question interrupts", async () => {
  const pty = startOnPty(["confirm"]);
  await pty.shows("[y/N] ");
  pty.type("\u0003");
  expect(await pty.exitCode()).toBe(130);
  expect(pty.screen()).toContain("error[INTERRUPTED]");
});

test("under --json nobody is asked, even at a terminal", async () => {
  const pty = startOnPty(["confirm", "--json"]);
  expect(await pty.exitCode()).toBe(2);
  expect(pty.screen()).toContain("CONFIRMATION_NEEDED");
});

test("Ctrl-C reaches the script, which ends the command that runs", async () => {
  const pty = startOnPty(["child"]);
  await pty.shows("pid ");
  pty.type("\u0003");
  expect(await pty.exitCode()).toBe(130);
  expect(pty.screen()).toContain("error[INTERRUPTED]");
});
