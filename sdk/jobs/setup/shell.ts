/** A command: its program and its arguments, as the kernel gets them. */
export type Argv = readonly string[];

const needsNoQuotes = /^[\w@%+=:,./-]+$/;

function quoted(argument: string): string {
  return needsNoQuotes.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}

/** The command as a person would type it into a shell. */
export function asTyped(argv: Argv): string {
  return argv.map(quoted).join(" ");
}
