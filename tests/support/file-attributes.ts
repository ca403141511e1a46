import { closeSync, openSync } from "node:fs";
import { cString, lastError, openLibc } from "../../sdk/core/libc/index.ts";

const libc = openLibc({
  setxattr: { args: ["ptr", "ptr", "ptr", "u64", "int"], returns: "int" },
  getxattr: { args: ["ptr", "ptr", "ptr", "u64"], returns: "i64" },
  fcntl: { args: ["int", "int", "int"], returns: "int" },
});

function setAttribute(path: string, name: string, value: Uint8Array): void {
  if (libc.setxattr(cString(path), cString(name), value, value.length, 0) !== 0)
    throw lastError(`setxattr ${name}`);
}

export function attributeOf(path: string, name: string): string | undefined {
  const value = new Uint8Array(256);
  const size = Number(libc.getxattr(cString(path), cString(name), value, value.length));
  return size < 0 ? undefined : Buffer.from(value.subarray(0, size)).toString("hex");
}

/** Gives a program the right to open low ports. */
export function giveCapability(path: string): void {
  const value = Buffer.alloc(20);
  value.writeUInt32LE(0x02000001, 0);
  value.writeUInt32LE(1 << 10, 4);
  setAttribute(path, "security.capability", value);
}

/** Lets one more user read and write: the list's mask, which is what the group's bits show, is then rw. */
export function giveAccessList(path: string, uid: number): void {
  const none = 0xffffffff;
  const entries = [
    [0x01, 6, none],
    [0x02, 6, uid],
    [0x04, 4, none],
    [0x10, 6, none],
    [0x20, 4, none],
  ] as const;
  const value = Buffer.alloc(4 + entries.length * 8);
  value.writeUInt32LE(2, 0);
  for (const [index, [tag, permissions, id]] of entries.entries()) {
    value.writeUInt16LE(tag, 4 + index * 8);
    value.writeUInt16LE(permissions, 6 + index * 8);
    value.writeUInt32LE(id, 8 + index * 8);
  }
  setAttribute(path, "system.posix_acl_access", value);
}

/** Holds a file so that whoever opens it has to wait until it is given up; without waiting he is sent away. */
export function holdLease(path: string): Disposable {
  const [setSignal, urgent, setLease, forWriting] = [10, 23, 1024, 1];
  const descriptor = openSync(path, "r+");
  // The signal that tells of somebody who waits would end the process, if it were not one that is ignored.
  if (libc.fcntl(descriptor, setSignal, urgent) !== 0) throw lastError("fcntl F_SETSIG");
  if (libc.fcntl(descriptor, setLease, forWriting) !== 0) throw lastError("fcntl F_SETLEASE");
  return { [Symbol.dispose]: () => closeSync(descriptor) };
}
