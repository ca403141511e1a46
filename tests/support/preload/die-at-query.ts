import pg from "pg";

/**
 * Loaded before a program, this ends it as the kernel does, right before its nth statement is sent, or right after it has been
 * answered: the variable DIE_AT_QUERY is "3 before" or "3 after". A count that is beyond its last one lets it live.
 */
const [count = "", when] = (process.env["DIE_AT_QUERY"] ?? "").split(" ");
let left = Number(count);

const die = () => process.kill(process.pid, "SIGKILL");

const prototype: { query: (this: pg.Client, ...args: unknown[]) => Promise<unknown> } = pg.Client.prototype;
const query = prototype.query;
prototype.query = async function (...args) {
  left -= 1;
  const isTheOne = left === 0;
  if (isTheOne && when === "before") die();
  const answer = await query.apply(this, args);
  if (isTheOne) die();
  return answer;
};
