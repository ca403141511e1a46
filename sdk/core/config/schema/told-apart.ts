import type { z } from "zod";
import type { dockerHostSchema } from "./docker-host.ts";
import type { serviceSchema } from "./service.ts";

interface Stack {
  platform: Pick<z.output<typeof dockerHostSchema>, "environments">;
  services: readonly z.output<typeof serviceSchema>[];
}

/** What keeps the two environments of a configuration from being told apart. */
export interface Collision {
  path: (string | number)[];
  message: string;
}

/**
 * Finds where both environments are one and the same thing, so that a deployment to the idle one would change, or ask, the
 * one that serves.
 */
export function collisionsIn({ platform, services }: Stack): Collision[] {
  const { blue, green } = platform.environments;
  const ofBlue = new Set(services.map(({ ports }) => ports?.blue));
  return services.flatMap(({ ports, composeService = "" }, index) => [
    ...(ports !== undefined && ofBlue.has(ports.green)
      ? [{ path: ["services", index, "ports", "green"], message: `${ports.green} is a port of blue, too` }]
      : []),
    ...(blue.project === green.project && !composeService.includes("{environment}")
      ? [
          {
            path: ["services", index, "composeService"],
            message: `expected "{environment}" in it, since both environments are in the Compose project ${blue.project}`,
          },
        ]
      : []),
  ]);
}
