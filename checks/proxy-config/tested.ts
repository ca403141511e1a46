import type { BindMount } from "../../sdk/systems/docker/index.ts";

/** What came of `nginx -T`. */
export interface Tested {
  how: "in the running proxy" | "in a container made for it";
  exitCode: number;
  /** The whole configuration, where nginx accepts it. It may hold secrets. */
  dump: string;
  said: string;
  mounts: readonly BindMount[];
  /** What nginx is started with that says which configuration it reads. */
  flags: readonly string[];
}
