import { z } from "zod";
import { duration, longestTimerMs } from "../units.ts";

const authSchema = z
  .discriminatedUnion("method", [
    z.strictObject({
      method: z
        .literal("managed-identity")
        .describe("The identity that Azure gave this machine; nothing secret lies on it."),
      clientId: z.string().optional().describe("Which identity, where the machine has several."),
    }),
    z.strictObject({
      method: z
        .literal("environment")
        .describe(
          "A service principal by AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or AZURE_CLIENT_CERTIFICATE_PATH.",
        ),
    }),
    z.strictObject({
      method: z
        .literal("azure-cli")
        .describe("Whoever is logged in with az on this machine: for a person, not for cron."),
    }),
    z.strictObject({
      method: z.literal("sas-file").describe("A shared access signature that stands in a file."),
      file: z.string().describe("The file, of mode 0600, with the token (sv=…&sig=…) and nothing else."),
    }),
    z.strictObject({
      method: z
        .literal("sas-variable")
        .describe("A shared access signature that stands in an environment variable."),
      variable: z.string().describe("The variable's name."),
    }),
  ])
  .describe(
    "Who this host is to Azure. It should be able to write blobs and to read them, and not to delete them.",
  );

export type RemoteAuth = z.output<typeof authSchema>;

/** Where copies of backups go that outlive this host. */
export const remoteSchema = z
  .strictObject({
    endpoint: z
      .url({ abort: true })
      .refine(isSafe, "expected https://, since credentials pass over it")
      .refine(isBare, "expected the account's address alone, such as https://ACCOUNT.blob.core.windows.net")
      .describe("The storage account's address for blobs, such as https://ACCOUNT.blob.core.windows.net."),
    container: z
      .string()
      .regex(/^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/, "expected a container's name")
      .describe("The container, which exists already; it should have versioning or an immutability policy."),
    prefix: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/, "expected folder/folder")
      .optional()
      .describe("The folder inside the container; the project's name without it."),
    auth: authSchema,
    deadline: duration()
      .refine((ms) => ms <= longestTimerMs, "expected at most 24 days")
      .default(6 * 3_600_000)
      .describe("How long one copy may take, there or back."),
  })
  .describe(
    "Copies of backups in Azure Blob Storage. How long they stay there is the container's lifecycle rule's affair.",
  );

/** Over plain HTTP everybody on the way could read the credential: on this host alone there is no way. */
function isSafe(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return (
    protocol === "https:" ||
    (protocol === "http:" && /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname))
  );
}

/** A path is part of the address where the account is named there, as emulators have it. A query could be a SAS. */
function isBare(address: string): boolean {
  const { search, hash, username, password } = new URL(address);
  return [search, hash, username, password].every((part) => part === "");
}

export type RemoteValues = z.output<typeof remoteSchema>;
