import type { Configuration } from "../core/config/index.ts";
import type { Platform } from "./platform.ts";

/**
 * The platform that a configuration names; only its own code is loaded. `redact` takes secrets out of what the
 * platform writes down of others' output.
 */
export async function platformFor(
  configuration: Configuration,
  redact: (text: string) => string,
): Promise<Platform> {
  const { platform } = configuration;
  switch (platform.kind) {
    case "docker-host": {
      const { dockerHost } = await import("./docker-host/index.ts");
      return dockerHost(configuration, platform, redact);
    }
  }
}
