import type { Misbehaviour } from "./misbehaviour.ts";

/** Who answers: the environment is given at run time, the release was baked in when the image was built. */
export interface Identity {
  readonly service: string;
  readonly environment: string;
  readonly release: string;
}

/** Reads the identity of the running service. */
export function readIdentity(service: string, misbehaviour: Misbehaviour): Identity {
  const baked = process.env["CELL_HUB_RELEASE"] ?? "unbuilt";
  return {
    service,
    environment: process.env["SWITCHOVER_ENVIRONMENT"] ?? "none",
    release: misbehaviour.kind === "wrong-release" ? `${baked}-wrong` : baked,
  };
}

/** The headers that every answer carries. */
export function identityHeaders(identity: Identity): Record<string, string> {
  return {
    "x-service": identity.service,
    "x-environment": identity.environment,
    "x-release": identity.release,
  };
}
