import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import {
  ContainerClient,
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from "@azure/storage-blob";
import { splitLines } from "../../sdk/core/process/lines.ts";

/** A storage account of a test's own, on the loopback; it ends with the test. */
export interface Azurite extends AsyncDisposable {
  /** The account's address for blobs. */
  endpoint: string;
  /** A new container, as its owner sees it, who may do everything. */
  newContainer(): Promise<ContainerClient>;
  /** A token for a container; for reading, listing and writing, for an hour, unless told. */
  sas(container: string, wish?: SasWish): string;
  /** Ends it as a person would, with what it has on its disk. */
  stop(): Promise<void>;
}

export interface SasWish {
  permissions?: string;
  expiresOn?: Date;
}

const account = "account1";
const startsWithinMs = 60_000;
const main = fileURLToPath(import.meta.resolve("azurite/dist/src/blob/main.js"));
/** Nothing of it is told to anybody, and it asks for no version of the interface. */
const flags = ["--silent", "--skipApiVersionCheck", "--disableTelemetry"];

export interface AzuriteWish {
  /** Where it keeps what it gets; in memory unless told. */
  folder?: string;
  /** The kernel's choice unless told. */
  port?: number;
  /** The account's key, in base64, so that a token stays good when it is started again. */
  key?: string;
  /** Further flags, such as a certificate's. */
  more?: readonly string[];
}

export async function startAzurite({
  folder,
  port = 0,
  key = randomBytes(64).toString("base64"),
  more = [],
}: AzuriteWish = {}): Promise<Azurite> {
  const place = folder === undefined ? ["--inMemoryPersistence"] : ["--location", folder];
  const argv = [
    process.execPath,
    "--no-env-file",
    main,
    "--blobPort",
    String(port),
    ...flags,
    ...place,
    ...more,
  ];
  const child = Bun.spawn(argv, {
    env: { ...process.env, AZURITE_ACCOUNTS: `${account}:${key}` },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  const endpoint = `${await addressSaidBy(child)}/${account}`;
  const credential = new StorageSharedKeyCredential(account, key);
  return {
    endpoint,
    async newContainer() {
      const container = new ContainerClient(`${endpoint}/c${randomBytes(4).toString("hex")}`, credential);
      await container.create();
      return container;
    },
    sas: (containerName, { permissions = "rlw", expiresOn = new Date(Date.now() + 3_600_000) } = {}) =>
      generateBlobSASQueryParameters(
        { containerName, permissions: ContainerSASPermissions.parse(permissions), expiresOn },
        credential,
      ).toString(),
    async stop() {
      child.kill("SIGTERM");
      await child.exited;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

async function addressSaidBy(child: Bun.Subprocess<"ignore", "pipe", "inherit">): Promise<string> {
  const late = setTimeout(() => child.kill("SIGKILL"), startsWithinMs);
  try {
    const said: string[] = [];
    for await (const line of splitLines(child.stdout)) {
      const address = /successfully listens on (https?:\S+)/.exec(line)?.[1];
      if (address !== undefined) return address;
      said.push(line);
    }
    throw new Error(`Azurite did not start:\n${said.join("\n")}`);
  } finally {
    clearTimeout(late);
  }
}
