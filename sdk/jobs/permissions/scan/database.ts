import { cString } from "../../../core/libc/index.ts";
import { type Entry, emptyAttributes, lookAt } from "../../../systems/tree/index.ts";

/** What PostgreSQL keeps in its data folder, and nowhere else. */
const sign = Buffer.from("/PG_VERSION");
const found = emptyAttributes();

/** Whether a folder is a database's own: its server refuses to start when owners or modes in it are not as it left them. */
export function holdsDatabase({ descriptor, name }: Entry<unknown>): boolean {
  try {
    return lookAt(descriptor, cString(Buffer.concat([name.bytes(), sign])), found);
  } catch {
    // It cannot be looked into: then nothing in it is changed either.
    return false;
  }
}
