import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

const usualSocket = "/var/run/docker.sock";

/**
 * The Unix socket behind which the docker client would find the daemon; undefined where it would look elsewhere, or
 * in another version of the daemon's language. The order is the client's own: DOCKER_HOST, DOCKER_CONTEXT, then the
 * context in force.
 */
export function daemonSocket(env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (isSet(env["DOCKER_API_VERSION"])) return undefined;
  const host = env["DOCKER_HOST"];
  if (isSet(host)) return host.startsWith("unix:///") ? host.slice("unix://".length) : undefined;
  const context = env["DOCKER_CONTEXT"];
  return (isSet(context) ? context : contextInForce(env)) === "default" ? usualSocket : undefined;
}

/** The client takes a variable that is set to nothing as one that is not. */
function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}

const configSchema = z.object({ currentContext: z.string().default("") });

/** A file that cannot be read is the client's to judge. */
function contextInForce(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const folder = env["DOCKER_CONFIG"];
  const file = join(isSet(folder) ? folder : join(homedir(), ".docker"), "config.json");
  if (!existsSync(file)) return "default";
  try {
    return configSchema.parse(JSON.parse(readFileSync(file, "utf8"))).currentContext || "default";
  } catch {
    return undefined;
  }
}
