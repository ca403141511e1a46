/** A command: its program and its arguments, as the kernel gets them. */
export type Argv = readonly string[];
