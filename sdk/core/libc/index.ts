import { dlopen, type FFIFunction, type Pointer, ptr, read } from "bun:ffi";
import { constants } from "node:os";

/**
 * The C library's own functions, for what the kernel can do and JavaScript has no name for.
 *
 * @throws an Error when the library has no function of one of the names.
 */
export function openLibc<const Functions extends Record<string, FFIFunction>>(functions: Functions) {
  try {
    return dlopen("libc.so.6", functions).symbols;
  } catch {
    return dlopen(`libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`, functions).symbols;
  }
}

/** A call that the kernel refused; `code` is the errno's name, as it is in the errors of node:fs. */
export class SystemCallError extends Error {
  override readonly name = "SystemCallError";
  constructor(
    readonly call: string,
    readonly code: string,
  ) {
    super(`${code}: ${call}`);
  }
}

const location = openLibc({ __errno_location: { args: [], returns: "ptr" } }).__errno_location;

/** The number that the last call which failed has left; meaningless after one that did not fail. */
export function lastErrno(): number {
  const address = location();
  return address === null ? 0 : read.i32(address, 0);
}

const names = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]));

/** The error of the call that has just failed. */
export function lastError(call: string): SystemCallError {
  const errno = lastErrno();
  return new SystemCallError(call, nameOfErrno(errno));
}

/**
 * Memory that calls read from or write to, at an address that holds for as long as the buffer is kept: a small array that
 * the collector manages may be moved, or freed while its address is still used.
 */
export function lastingMemory(bytes: number): { buffer: ArrayBuffer; address: Pointer } {
  const buffer = new ArrayBuffer(bytes);
  return { buffer, address: ptr(buffer) };
}

/** The name of an errno's number. */
export function nameOfErrno(errno: number): string {
  return names.get(errno) ?? `errno ${errno}`;
}

const kept: ArrayBuffer[] = [];

/** The address of a text that holds for the life of the process. */
export function lastingText(text: string): Pointer {
  const bytes = Buffer.from(text);
  const { buffer, address } = lastingMemory(bytes.length + 1);
  new Uint8Array(buffer).set(bytes);
  kept.push(buffer);
  return address;
}

/** Bytes with the zero that ends a C string, to be handed to a call as they are. */
export function cString(text: Uint8Array | string): Uint8Array {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  const ended = new Uint8Array(bytes.length + 1);
  ended.set(bytes);
  return ended;
}

/** Where memory lies that is kept. */
export function addressOf(kept: Uint8Array): Pointer {
  return ptr(kept);
}

/** The address that lies so many bytes behind another. */
export function behind(address: Pointer, offset: number): Pointer {
  return (address + offset) as Pointer;
}
