import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { hexAddress } from "./hex-address.ts";

/** A TCP socket that waits for connections on this host. */
export interface Listener {
  address: string;
  port: number;
  inode: string;
}

/** The process behind a listener; undefined parts could not be seen, for want of root. */
export interface Owner {
  pid: number;
  name: string;
  /** The id of the container that it runs in. */
  container: string | undefined;
}

const listening = "0A";

/** Every listening TCP socket of this network namespace, by the kernel's tables, which it takes some milliseconds to write. */
export async function listeners(): Promise<Listener[]> {
  const tables = ["/proc/net/tcp", "/proc/net/tcp6"].filter((table) => existsSync(table));
  const texts = await Promise.all(tables.map((table) => readFile(table, "utf8")));
  return texts
    .flatMap((text) => text.trim().split("\n").slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === listening)
    .map((fields) => {
      const [address = "", port = ""] = (fields[1] ?? "").split(":");
      return { address: hexAddress(address), port: Number.parseInt(port, 16), inode: fields[9] ?? "" };
    });
}

/** The process that holds a listener; undefined when this user may not see it. */
export function ownerOf(listener: Listener): Owner | undefined {
  const socket = `socket:[${listener.inode}]`;
  const pid = readdirSync("/proc").find((entry) => /^\d+$/.test(entry) && holds(entry, socket));
  if (pid === undefined) return undefined;
  return {
    pid: Number(pid),
    name: textOf(`/proc/${pid}/comm`).trim(),
    container: /[0-9a-f]{64}/.exec(textOf(`/proc/${pid}/cgroup`))?.[0],
  };
}

function holds(pid: string, socket: string): boolean {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some((descriptor) => linkOf(`${folder}/${descriptor}`) === socket);
  } catch {
    // It has ended, or belongs to another user.
    return false;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
