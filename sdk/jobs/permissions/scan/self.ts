import { readFileSync } from "node:fs";

/** What this process may do to files. */
export interface Self {
  uid: number;
  groups: ReadonlySet<number>;
  /** May give files away. */
  mayChown: boolean;
  /** May change the mode of files that are not its own. */
  mayChangeOthers: boolean;
  /** May do all of it. */
  root: boolean;
}

/** Bits of the kernel's capabilities. */
const [chown, fowner] = [0n, 3n];

/** What the kernel lets this process do, by its capabilities. */
export function selfOf(): Self {
  const status = readFileSync("/proc/self/status", "utf8");
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
  const has = (capability: bigint) => (effective & (1n << capability)) !== 0n;
  const [mayChown, mayChangeOthers] = [has(chown), has(fowner)];
  return {
    uid: process.geteuid?.() ?? 0,
    groups: new Set([process.getegid?.() ?? 0, ...(process.getgroups?.() ?? [])]),
    mayChown,
    mayChangeOthers,
    root: mayChown && mayChangeOthers,
  };
}
