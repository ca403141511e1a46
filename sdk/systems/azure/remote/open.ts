import type { ContainerClient } from "@azure/storage-blob";
import type { Configuration, RemoteAuth, RemoteValues } from "../../../core/config/index.ts";
import { Failure } from "../../../core/errors/index.ts";
import type { Redactor } from "../../../core/log/index.ts";
import { type Pace, usualPace } from "../blob/attempts.ts";
import { credentialFor } from "./credential.ts";
import { readSasFile, readSasVariable } from "./sas.ts";

const noRetries = { retryOptions: { maxTries: 1 } };

/** A container, and the folder in it where the backups of a project lie. */
export interface Remote {
  /** Its address as people are told it: nothing secret is in it. */
  where: string;
  container: ContainerClient;
  /** Ends with a slash. */
  prefix: string;
  pace: Pace;
  /** Milliseconds for all that one run sends or receives. */
  deadlineMs: number;
  /** What a person should hear although it can be used. */
  warnings: readonly string[];
}

/** The part of a configuration that is read here. */
export type RemoteSettings = Pick<Configuration, "project" | "path"> & {
  backups?: { remote?: RemoteValues | undefined } | undefined;
};

export interface OpenOptions {
  /** Is told of the SAS before anything is done with it. */
  redactor: Pick<Redactor, "add">;
  environment?: Readonly<Record<string, string | undefined>>;
  pace?: Pace;
}

/**
 * Refuses a configuration without a remote place, before anything is done that would go there.
 *
 * @throws Failure REMOTE_NOT_CONFIGURED
 */
export function remoteOf({ backups }: Pick<RemoteSettings, "backups">): RemoteValues {
  if (backups?.remote !== undefined) return backups.remote;
  throw new Failure("REMOTE_NOT_CONFIGURED", {
    message: "no place for remote backups is configured",
    why: "the configuration has no backups.remote",
    remedy:
      "write one; docs/configuration.md has its keys, docs/runbooks/remote-backups.md how its container is made",
  });
}

/**
 * Makes ready what `backups.remote` names; nothing is sent yet. Azure's packages are loaded here, and nowhere else.
 *
 * @throws Failure REMOTE_NOT_CONFIGURED, REMOTE_CREDENTIAL_UNUSABLE
 */
export async function openRemote(
  configuration: RemoteSettings,
  { redactor, environment = process.env, pace = usualPace }: OpenOptions,
): Promise<Remote> {
  const remote = remoteOf(configuration);
  const address = `${remote.endpoint.replace(/\/+$/, "")}/${remote.container}`;
  const prefix = `${remote.prefix ?? configuration.project}/`;
  const file = (path: string) => configuration.path(path);
  const opened = await open(address, remote.auth, { file, environment, redactor });
  return { where: `${address}/${prefix}`, prefix, pace, deadlineMs: remote.deadline, ...opened };
}

async function open(
  address: string,
  auth: RemoteAuth,
  { file, environment, redactor }: Required<Omit<OpenOptions, "pace">> & { file: (path: string) => string },
): Promise<Pick<Remote, "container" | "warnings">> {
  if (auth.method !== "sas-file" && auth.method !== "sas-variable") {
    const credential = await credentialFor(auth);
    const { ContainerClient } = await import("@azure/storage-blob");
    return { container: new ContainerClient(address, credential, noRetries), warnings: [] };
  }
  const now = new Date();
  const { token, warnings } =
    auth.method === "sas-file"
      ? readSasFile(file(auth.file), now)
      : readSasVariable(auth.variable, environment, now);
  for (const secret of [token, new URLSearchParams(token).get("sig") ?? ""]) redactor.add(secret);
  const { ContainerClient } = await import("@azure/storage-blob");
  return { container: new ContainerClient(`${address}?${token}`, undefined, noRetries), warnings };
}
