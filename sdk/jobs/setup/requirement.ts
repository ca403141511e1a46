import type { Argv } from "./shell.ts";

/** Tells a person one line about what is going on. */
export type Say = (line: string) => void;

/** What a machine is being set up for: to deploy, to see the demo, or to run the tests. */
export type Purpose = "deploy" | "demo" | "test";

/** What an installation is given. */
export interface Installing {
  say: Say;
  signal?: AbortSignal | undefined;
}

/** Something that the machine must have, as data: how to see whether it is there, and how it comes there. */
export interface Requirement {
  readonly name: string;
  /** What it is needed for, in a few words. */
  readonly why: string;
  /** Where it comes from, in a few words. */
  readonly from: string;
  /** The names of the requirements that must be there before this one can be installed. */
  readonly after: readonly string[];
  /** Whether only root can install it. */
  readonly root: boolean;
  /** Looks, and changes nothing. Throws a Failure when it could not look. */
  isPresent(): Promise<boolean>;
  /** The commands by which a person would install it, for showing. */
  commands(): Promise<readonly Argv[]>;
  install(installing: Installing): Promise<void>;
}
