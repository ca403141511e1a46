import { docker } from "../../sdk/systems/docker/index.ts";
import { setMarker } from "../../sdk/systems/nginx/index.ts";
import type { Stack } from "../../tests/support/stack.ts";
import type { EdgeBeside } from "./edge-beside.ts";
import { pointAt } from "./edge-files.ts";

export type Environment = "blue" | "green";

/** A front door, and how its traffic is changed over. */
export interface Lane {
  frontDoor: string;
  switchTo(environment: Environment): Promise<void>;
}

/** As the product does it. */
export function markerLane({ frontDoor, prepared }: Stack): Lane {
  return { frontDoor, switchTo: async (environment) => setMarker(prepared.switchDirectory, environment) };
}

/** As it is usually done. */
export function reloadLane({ name, frontDoor }: EdgeBeside, configuration: string): Lane {
  return {
    frontDoor,
    switchTo: async (environment) => {
      pointAt(configuration, environment);
      await docker(["exec", name, "nginx", "-s", "reload"], { deadlineMs: 20_000 });
    },
  };
}
