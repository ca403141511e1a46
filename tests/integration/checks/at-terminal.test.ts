import { expect, setDefaultTimeout, test } from "bun:test";
import { resolve } from "node:path";
import { hostileServer, hostilities } from "../../support/hostile.ts";

setDefaultTimeout(60_000);

const script = resolve(import.meta.dir, "../../../scripts/check.ts");
const introducer = "\u001b[";
const erased = `\r${introducer}2K`;
const lineUp = `${introducer}1A`;

/** A person's terminal has none of the words by which a job of CI says that it wants no colours. */
const atDesk = { ...process.env, TERM: "xterm-256color", CI: undefined, NO_COLOR: undefined };

/** Runs the script on a terminal of its own, to its end. */
async function onPty(args: readonly string[], typeAfter?: { text: string; key: string }) {
  const decoder = new TextDecoder();
  let screen = "";
  let typed = false;
  const child = Bun.spawn([script, ...args], {
    env: atDesk,
    terminal: {
      cols: 100,
      rows: 24,
      data: (terminal, bytes) => {
        screen += decoder.decode(bytes, { stream: true });
        if (typeAfter === undefined || typed || !screen.includes(typeAfter.text)) return;
        typed = true;
        terminal.write(typeAfter.key);
      },
    },
  });
  const exitCode = await child.exited;
  for (let before = ""; before !== screen; await Bun.sleep(150)) before = screen;
  return { exitCode, screen };
}

/** What stays on the screen once the live lines have been erased. */
function left(screen: string): string {
  return screen.slice(screen.lastIndexOf(erased) + erased.length);
}

test("a live list while checks look, which goes away; then a table with the remedy", async () => {
  using silent = await hostileServer(hostilities["says nothing"]);
  const url = `http://127.0.0.1:${silent.port}/`;
  const { exitCode, screen } = await onPty(["http-endpoint", "--url", url, "--timeout", "700ms"]);
  expect(exitCode).toBe(1);
  expect(screen).toStartWith("0 of 1 checks have looked\r\n⠋ HTTP endpoint  0 s");
  expect(screen).toContain(`${erased}${lineUp}${erased}`);
  expect(screen).toContain("1 of 1 checks have looked\r\n✗ HTTP endpoint  http://");
  const lines = Bun.stripANSI(left(screen)).trimEnd().split("\r\n");
  expect(lines[0]).toMatch(/^ +CHECK +TIME +SAW$/);
  expect(lines[1]).toMatch(/^✗ fail {2}http-endpoint {2}0\.\d s {2,}http:.+no whole answer within 700 ms$/);
  expect(lines[2]).toBe("          fix: see whether what should answer there runs, and read its last lines");
  expect(lines.at(-1)).toMatch(/^1 check: 1 fail, in \d+\.\d s$/);
  expect(screen).toContain(`${introducer}31m✗ fail${introducer}39m`);
});

test("a watch has a live line of its own, and Ctrl-C ends it well", async () => {
  const watch = ["memory", "--minimum", "1MB", "--watch", "500ms"];
  const { exitCode, screen } = await onPty(watch, { text: "2 looks, the last at", key: "\u0003" });
  expect(exitCode).toBe(0);
  expect(Bun.stripANSI(screen)).toMatch(/^\d\d:\d\d:\d\d UTC pass memory: /m);
  expect(screen).not.toContain("putting things back");
});
