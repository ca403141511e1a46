import { dlopen } from "bun:ffi";

/** What the kernel says of its clock. */
export interface ClockState {
  /** Whether a time service keeps it in step. */
  synchronised: boolean;
  /** The kernel's own bound of its error, milliseconds. */
  maximumErrorMs: number;
}

/** The size of `struct timex` of 64-bit Linux, and where what we read stands in it (adjtimex(2)). */
const [structSize, maximumErrorAt, statusAt] = [208, 24, 40];
const unsynchronised = 0x40;

/** The kernel's account of its clock, asked without changing anything; undefined where it gives none. */
export function clockState(): ClockState | undefined {
  const state = new DataView(new ArrayBuffer(structSize));
  if ((adjtimex(state) ?? -1) < 0) return undefined;
  return {
    synchronised: (state.getInt32(statusAt, true) & unsynchronised) === 0,
    maximumErrorMs: Number(state.getBigInt64(maximumErrorAt, true)) / 1_000,
  };
}

function adjtimex(state: DataView): number | undefined {
  for (const library of ["libc.so.6", `libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`]) {
    try {
      return dlopen(library, { adjtimex: { args: ["buffer"], returns: "int" } }).symbols.adjtimex(state);
    } catch {
      // The other C library, or none that can be asked.
    }
  }
  return undefined;
}
