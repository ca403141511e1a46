import { BlockList, isIP } from "node:net";
import { Failure } from "../../core/errors/index.ts";

/**
 * How the connection is kept private. "verify-full" is encryption to a server whose certificate was issued for its
 * name; the authorities are the machine's, or those of a file. "off" is for what never leaves this machine.
 */
export type Tls = { mode: "off" } | { mode: "verify-full"; caFile?: string | undefined };

/** A database on a server, and who asks. */
export interface Access {
  /** A name, an address, or the folder of a Unix socket. */
  host: string;
  port: number;
  user: string;
  /** Undefined where the server trusts the user, as by a socket. */
  password: string | undefined;
  database: string;
  tls: Tls;
}

const ofThisMachine = new BlockList();
for (const [network, prefix] of [
  ["127.0.0.0", 8],
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const) {
  ofThisMachine.addSubnet(network, prefix, "ipv4");
}
ofThisMachine.addAddress("::1", "ipv6");
ofThisMachine.addSubnet("fc00::", 7, "ipv6");

/** Whether an address can be this machine's or a container's: a socket, the loopback, or a private network (RFC 1918, 4193). */
export function isPrivate(host: string): boolean {
  if (host.startsWith("/") || host === "localhost") return true;
  const version = isIP(host);
  return version !== 0 && ofThisMachine.check(host, version === 6 ? "ipv6" : "ipv4");
}

/**
 * Refuses to send a password, or data, over a network in clear text.
 *
 * @throws Failure DATABASE_TLS_NEEDED
 */
export function assertPrivate({ host, tls }: Access): void {
  if (tls.mode !== "off" || isPrivate(host)) return;
  throw new Failure("DATABASE_TLS_NEEDED", {
    message: `the database server ${host} is on another machine, and TLS is off`,
    why: "the password and the data would cross the network as clear text",
    remedy: "turn TLS on for it in the configuration; a certificate authority of your own goes into a file",
    details: { host },
  });
}
