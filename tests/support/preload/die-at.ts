import { mock } from "bun:test";
import * as fs from "node:fs";

/**
 * Loaded before a program, this ends it as the kernel does, without a word, right before or after its nth change of the file
 * system: the variable DIE_AT is "3 before" or "3 after". A count that is beyond its last change lets it live.
 */
const changing = [
  "renameSync",
  "linkSync",
  "unlinkSync",
  "rmSync",
  "rmdirSync",
  "mkdirSync",
  "fsyncSync",
  "writeSync",
] as const;

const [count = "", when] = (process.env["DIE_AT"] ?? "").split(" ");
let left = Number(count);

const die = () => process.kill(process.pid, "SIGKILL");

function deadly<Args extends unknown[], Result>(act: (...args: Args) => Result): (...args: Args) => Result {
  return (...args) => {
    left -= 1;
    if (left === 0 && when === "before") die();
    const result = act(...args);
    if (left === 0) die();
    return result;
  };
}

const real = { ...fs };
void mock.module("node:fs", () => ({
  ...real,
  ...Object.fromEntries(
    changing.map((name) => [name, deadly(real[name] as (...args: unknown[]) => unknown)]),
  ),
}));
