import { type Command, CommanderError, Option, type OptionValues } from "#commander";
import type { ScriptDescription } from "./description.ts";
import type { GlobalFlags } from "./global-flags.ts";

/** The options that every script has, as they were typed. */
export type TypedFlags = Omit<GlobalFlags, "config"> & { config: string | undefined };

export type CommandLine<Args extends unknown[], Flags> =
  | { kind: "help"; text: string }
  | { kind: "usage"; message: string; suggestion: string | undefined }
  | { kind: "run"; flags: Flags & TypedFlags; args: Args };

/** Reads a command line: what to run it with, or the help that was asked for, or what is wrong with it. */
export function readCommandLine<Args extends unknown[], Flags extends OptionValues>(
  script: ScriptDescription<Args, Flags>,
  argv: readonly string[],
): CommandLine<Args, Flags> {
  const command = prepare(script);
  let help = "";
  command
    .exitOverride()
    .configureHelp({ displayWidth: Bun.stringWidth })
    .configureOutput({
      writeOut: (text) => {
        help += text;
      },
      writeErr: () => {},
      getOutHelpWidth: terminalWidth,
      getOutHasColors: () => false,
      stripColor: Bun.stripANSI,
    });
  try {
    command.parse(script.subcommand === undefined ? argv : argv.slice(1), { from: "user" });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    return thrown.exitCode === 0 ? { kind: "help", text: help } : usage(thrown.message);
  }
  const flags = { ...command.opts(), ...typedFlags(command) };
  return { kind: "run", flags, args: command.processedArgs };
}

/** How a person calls it: `./scripts/check.ts disk-space`. */
export function calledAs({
  name,
  subcommand,
}: Pick<ScriptDescription<[], OptionValues>, "name" | "subcommand">): string {
  return `./scripts/${name}.ts${subcommand === undefined ? "" : ` ${subcommand}`}`;
}

function prepare<Args extends unknown[], Flags extends OptionValues>(
  script: ScriptDescription<Args, Flags>,
): Command<Args, Flags> {
  const command = script.command.name(calledAs(script));
  const examples = script.examples.map((example) => `  ${example}\n`).join("");
  command.addHelpText("before", `${script.summary}\n\nExamples:\n${examples}`);
  const common = "Common options:";
  const options = [
    new Option("--json", "print the result as one JSON document on standard output"),
    new Option("-q, --quiet", "say nothing but warnings, errors and the result").conflicts("verbose"),
    new Option("-v, --verbose", "say more"),
    new Option("--no-color", "do without colours"),
  ];
  if (script.config !== false) {
    options.push(
      new Option("--config <path>", "the configuration (default: the project's config/deployment.config.ts)"),
    );
  }
  for (const option of options) command.addOption(option.helpGroup(common));
  command.addHelpOption(new Option("-h, --help", "show this help").helpGroup(common));
  return command;
}

function typedFlags(command: { getOptionValue(key: string): unknown }): TypedFlags {
  const config = command.getOptionValue("config");
  return {
    json: command.getOptionValue("json") === true,
    quiet: command.getOptionValue("quiet") === true,
    verbose: command.getOptionValue("verbose") === true,
    color: command.getOptionValue("color") !== false,
    config: typeof config === "string" ? config : undefined,
  };
}

/** Commander says `error: unknown option '--dryrun'`, and on the next line `(Did you mean --dry-run?)`. */
function usage(text: string): CommandLine<never, never> {
  const [message = "", hint] = text.replace(/^error: /, "").split("\n");
  const suggestion = hint === undefined ? undefined : /Did you mean (.+)\?\)$/.exec(hint)?.[1];
  return { kind: "usage", message, suggestion };
}

/**
 * process.stdout, which knows the width, costs 8 ms to load: it is asked only where there is a terminal that shows
 * colours, or may be one that would if somebody did not want them.
 */
function terminalWidth(): number {
  return Bun.enableANSIColors || process.env["NO_COLOR"] ? process.stdout.columns || 80 : 80;
}
