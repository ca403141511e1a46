import type { TokenCredential } from "@azure/identity";
import type { RemoteAuth } from "../../../core/config/index.ts";

/** Who this host is, where no SAS says it. One method, the one that was named: what would happen to work is no answer at night. */
export async function credentialFor(
  auth: Exclude<RemoteAuth, { method: "sas-file" | "sas-variable" }>,
): Promise<TokenCredential> {
  const identity = await import("@azure/identity");
  switch (auth.method) {
    case "managed-identity":
      return auth.clientId === undefined
        ? new identity.ManagedIdentityCredential()
        : new identity.ManagedIdentityCredential({ clientId: auth.clientId });
    case "environment":
      return new identity.EnvironmentCredential();
    case "azure-cli":
      return new identity.AzureCliCredential();
  }
}
