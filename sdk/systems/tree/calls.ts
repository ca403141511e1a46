import { openLibc } from "../../core/libc/index.ts";

/** The calls that name a file by an open folder and one name in it, so that nobody can lead them elsewhere. */
export const calls = openLibc({
  openat: { args: ["int", "ptr", "int", "int"], returns: "int" },
  close: { args: ["int"], returns: "int" },
  lseek: { args: ["int", "i64", "int"], returns: "i64" },
  getdents64: { args: ["int", "ptr", "u64"], returns: "i64" },
  statx: { args: ["int", "ptr", "int", "u32", "ptr"], returns: "int" },
  fchownat: { args: ["int", "ptr", "u32", "u32", "int"], returns: "int" },
  fchmod: { args: ["int", "u32"], returns: "int" },
  chmod: { args: ["ptr", "u32"], returns: "int" },
  fgetxattr: { args: ["int", "ptr", "ptr", "u64"], returns: "i64" },
  getxattr: { args: ["ptr", "ptr", "ptr", "u64"], returns: "i64" },
  renameat2: { args: ["int", "ptr", "int", "ptr", "u32"], returns: "int" },
  unlinkat: { args: ["int", "ptr", "int"], returns: "int" },
});

/** Flags of the kernel, from its headers. All of them are the same on x86-64 and arm64 but the three that are told apart. */
const arm = process.arch === "arm64";
export const flags = {
  readOnly: 0,
  nonBlocking: 0o4000,
  directory: arm ? 0o40000 : 0o200000,
  noFollow: arm ? 0o100000 : 0o400000,
  closeOnExec: 0o2000000,
  /** Opens a name without opening what it names: enough to look at it, and to own it. */
  pathOnly: 0o10000000,
  atWorkingDirectory: -100,
  atNoFollow: 0x100,
  atNoAutomount: 0x800,
  atEmptyPath: 0x1000,
  renameNoReplace: 1,
  seekSet: 0,
  seekCurrent: 1,
} as const;
