import { z } from "zod";
import { size } from "../units.ts";

/** What a deployment needs of the machine. */
export const resourcesSchema = z
  .strictObject({
    disk: size()
      .default(10e9)
      .describe("Free space that a deployment needs on each file system it writes to."),
    memory: size()
      .default(4e9)
      .describe("Available memory that a deployment needs while both environments run."),
    cpuPercent: z
      .int()
      .min(1)
      .max(100)
      .default(80)
      .describe(
        "The share of the processors that may be busy in the minute before a deployment, in percent; over it, a check warns.",
      ),
  })
  .describe("What a deployment needs of the machine; a check looks before anything changes.");

/** The folders whose files live longer than a release. */
export const uploadsSchema = z
  .strictObject({
    blue: z.string().describe("The folder on this host that blue writes uploads to."),
    green: z
      .string()
      .describe("The same for green; the same folder where both share it, so that a switch loses no upload."),
    subdirectories: z.array(z.string()).default([]).describe("The folders that must exist inside of each."),
  })
  .describe("What users upload: permissions are kept in order here, and backups take it along.");

/** Files that are too large for an image, such as a model's weights. */
export const weightsSchema = z
  .strictObject({
    directory: z.string().describe("The folder on this host that is mounted into the containers."),
    files: z
      .array(z.string())
      .default([])
      .describe("The files that must be there, by their names in the folder."),
    minSize: size().default(1).describe("The size under which one of them must have been cut off."),
    sha256: z
      .record(z.string(), z.string().regex(/^[0-9a-f]{64}$/i, "expected the 64 digits of a SHA-256"))
      .default({})
      .describe("The SHA-256 of a file, by its name; each deployment reads it to the end."),
  })
  .describe("A model's weights: a release without them would start, and fail at the first question.");

export const tlsSchema = z
  .strictObject({
    certificate: z.string().describe("The certificate with its chain, as PEM."),
    key: z.string().describe("Its private key, as PEM, with mode 0600."),
    ca: z
      .string()
      .optional()
      .describe(
        "The certificate of an authority of your own, as PEM, where clients know it and this host does not: an HTTPS front door is then trusted by it, and by no other.",
      ),
  })
  .describe("The certificate and key files that the proxy serves with.");

export const loggingSchema = z
  .strictObject({
    keepDays: z.int().positive().default(30).describe("Days after which a log file may go."),
  })
  .describe("How long logs stay. They always have everything; `--verbose` shows more of it.");
