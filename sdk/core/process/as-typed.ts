const needsNoQuotes = /^[\w@%+=:,./-]+$/;

function quoted(argument: string): string {
  return needsNoQuotes.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}

/** A command as a person would type it into a shell, which then takes each argument as it is. */
export function asTyped(argv: readonly string[]): string {
  return argv.map(quoted).join(" ");
}
