import type { Pattern } from "./pattern.ts";

export type Hazard = "hard-links" | "setuid" | "special-files";

/** Which files, and how they are to be. What is undefined is left as it is. */
export interface Rule {
  name: string;
  /** Whether a person wrote it, or it follows from the rest of the configuration. */
  origin: "policy" | "default";
  paths: readonly Pattern[];
  except: readonly Pattern[];
  uid: number | undefined;
  gid: number | undefined;
  directoryMode: number | undefined;
  fileMode: number | undefined;
  also: ReadonlySet<Hazard>;
  /** Nothing in a folder that it names is meant, only the folder. */
  onlyItself: boolean;
}
