import type { Access, Tls } from "./access.ts";

/** A database server, and where its own programs run: in its container, where they always fit it, or on this host. */
export interface Server {
  /** As this process reaches it. */
  host: string;
  port: number;
  user: string;
  password: string | undefined;
  tls: Tls;
  /** The container that it runs in; undefined for one that this host's own programs reach by the address above. */
  container: string | undefined;
  /** Whose runs come to it: those of several projects may at once, as one user. */
  project: string;
}

/** How a database of a server is reached. */
export function accessTo({ host, port, user, password, tls }: Server, database: string): Access {
  return { host, port, user, password, tls, database };
}
