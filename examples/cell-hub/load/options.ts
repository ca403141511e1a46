/** How many users, what they do, and for how long at most. */
export interface LoadOptions {
  /** The address of the front door, on this machine: `http://127.0.0.1:8080`. */
  readonly frontDoor: string;
  /** Keep-alive connections that each send one request after the other. */
  readonly connections: number;
  /** WebSockets that are held open and echo to. */
  readonly sockets: number;
  /** Slow uploads that run at any time. */
  readonly uploads: number;
  /** Requests a second on each connection; as fast as answers come when it is left out. */
  readonly ratePerConnection?: number;
  /** Asked for in turn. */
  readonly paths?: readonly string[];
  readonly uploadBytes?: number;
  /** How long one upload takes. */
  readonly uploadMs?: number;
  /** Leaves the uploads in place and lists them in the report, instead of removing each when it was verified. */
  readonly keepUploads?: boolean;
  /** The load ends by itself after this time. */
  readonly maximumMs?: number;
}

export interface Plan extends Required<Omit<LoadOptions, "frontDoor" | "ratePerConnection">> {
  readonly door: FrontDoor;
  readonly ratePerConnection: number;
}

export interface FrontDoor {
  readonly host: string;
  readonly port: number;
}

const limits = {
  connections: 256,
  sockets: 256,
  uploads: 32,
  uploadBytes: 64 * 1024 * 1024,
  maximumMs: 600_000,
};

/** Fills in and bounds what was asked for; throws when it would harm anybody else's machine, or this one. */
export function planLoad(options: LoadOptions): Plan {
  const plan: Plan = {
    paths: ["/api/version", "/"],
    uploadBytes: 1024 * 1024,
    uploadMs: 3000,
    keepUploads: false,
    maximumMs: 120_000,
    ...options,
    ratePerConnection: options.ratePerConnection ?? Number.POSITIVE_INFINITY,
    door: frontDoor(options.frontDoor),
  };
  for (const [name, limit] of Object.entries(limits))
    refuseOutside(name, plan[name as keyof typeof limits], limit);
  if (plan.paths.length === 0) throw new Error("paths: at least one is needed");
  if (!(plan.ratePerConnection > 0)) throw new Error("ratePerConnection must be more than 0");
  return plan;
}

function refuseOutside(name: string, value: number, limit: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= limit) return;
  throw new Error(`${name} is ${value}, but must be a whole number from 0 to ${limit}`);
}

function frontDoor(address: string): FrontDoor {
  const url = new URL(address);
  const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol !== "http:" || !loopback)
    throw new Error(`${address} is not an http address of this machine`);
  const host = url.hostname === "localhost" ? "127.0.0.1" : url.hostname.replace(/[[\]]/g, "");
  return { host, port: Number(url.port || 80) };
}
