import { join, resolve } from "node:path";

export type Color = "blue" | "green";

export interface ServicePorts {
  readonly frontend: number;
  readonly backend: number;
  readonly ml: number;
}

/** What can be chosen about a copy of the stack, so that several run beside each other. */
export interface PrepareOptions {
  /** Where the env files and the data go. */
  readonly directory?: string;
  /** The prefix of project names and images. */
  readonly name?: string;
  readonly network?: string;
  /** The first three numbers of the network's addresses. */
  readonly subnet?: string;
  readonly frontPort?: number;
  readonly ports?: Readonly<Partial<Record<Color, Partial<ServicePorts>>>>;
  /** Uploads, assets and ACME answers. */
  readonly data?: string;
  /** The directory that holds the switch's marker. */
  readonly switchDirectory?: string;
}

export interface Choices {
  readonly directory: string;
  readonly name: string;
  readonly network: string;
  readonly subnet: string;
  readonly frontPort: number;
  readonly ports: Readonly<Record<Color, ServicePorts>>;
  readonly data: string;
  readonly switchDirectory: string;
}

/** The folder of the compose files. */
export const home = resolve(import.meta.dir, "..");

/** Fills in what was not chosen. */
export function choose(options: PrepareOptions): Choices {
  const directory = resolve(options.directory ?? home);
  const name = options.name ?? "cell-hub";
  return {
    directory,
    name,
    network: options.network ?? name,
    subnet: options.subnet ?? "172.30.80",
    frontPort: options.frontPort ?? 8080,
    ports: {
      blue: { frontend: 4000, backend: 4001, ml: 4008, ...options.ports?.blue },
      green: { frontend: 5000, backend: 5001, ml: 5008, ...options.ports?.green },
    },
    data: resolve(options.data ?? join(directory, "data")),
    switchDirectory: resolve(options.switchDirectory ?? defaultSwitch(directory)),
  };
}

function defaultSwitch(directory: string): string {
  return directory === home ? join(home, "edge/switch") : join(directory, "switch");
}
