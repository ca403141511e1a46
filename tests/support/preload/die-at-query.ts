import pg from "pg";

/**
 * Loaded before a program, this ends it as the kernel does, right before a statement is sent, or right after it has been
 * answered. The variable DIE_AT_QUERY says which: "3 before" is its third one, "/^CREATE DATABASE/ after" the first that
 * matches. When there is no such one it lives.
 */
const [, which = "", when] = /^(.+) (before|after)$/s.exec(process.env["DIE_AT_QUERY"] ?? "") ?? [];
const pattern = which.startsWith("/") ? new RegExp(which.slice(1, -1)) : undefined;
let left = Number(which);

const die = () => process.kill(process.pid, "SIGKILL");

function isTheOne(text: unknown): boolean {
  if (pattern !== undefined) return typeof text === "string" && pattern.test(text);
  left -= 1;
  return left === 0;
}

const prototype: { query: (this: pg.Client, ...args: unknown[]) => Promise<unknown> } = pg.Client.prototype;
const query = prototype.query;
prototype.query = async function (...args) {
  const isIt = isTheOne(args[0]);
  if (isIt && when === "before") die();
  const answer = await query.apply(this, args);
  if (isIt) die();
  return answer;
};
