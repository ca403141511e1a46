import { openRemote, type Remote } from "../../sdk/systems/azure/index.ts";
import type { Azurite, SasWish } from "./azurite.ts";

/** Gives up soon, as no real run does: a test that waits for the end of the tries would wait for half a minute. */
const pace = { tries: 3, tryMs: 3_000, delayMs: 20 };

export interface RemoteWish {
  /** Where the account is reached; Azurite itself unless told. */
  endpoint?: string;
  sas?: SasWish;
  /** A SAS that was made already. */
  token?: string;
  tryMs?: number;
  prefix?: string;
}

/** The remote place of a configuration, by a SAS in a variable. */
export async function remoteIn(
  azurite: Azurite,
  container: string,
  {
    endpoint = azurite.endpoint,
    sas,
    token = azurite.sas(container, sas),
    tryMs = pace.tryMs,
    prefix = "cell-hub",
  }: RemoteWish = {},
): Promise<Remote> {
  const auth = { method: "sas-variable", variable: "SAS" } as const;
  return openRemote(
    {
      project: "cell-hub",
      path: (relative) => relative,
      backups: {
        remote: { endpoint, container, prefix, auth, deadline: 120_000 },
      },
    },
    {
      redactor: { add: () => undefined },
      environment: { SAS: token },
      pace: { ...pace, tryMs },
    },
  );
}
