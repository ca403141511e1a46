import { parseArgs } from "node:util";

export interface BenchOptions {
  json: boolean;
  rounds: number;
  help: boolean;
}

/** @throws Error in words when the command line is not understood. */
export function readOptions(args: readonly string[], defaultRounds: number): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: "boolean", default: false },
      rounds: { type: "string", default: String(defaultRounds) },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1_000)
    throw new Error(`--rounds is "${values.rounds}", but must be a whole number from 1 to 1000`);
  return { json: values.json, help: values.help, rounds };
}
