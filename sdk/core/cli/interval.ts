import { InvalidArgumentError, Option } from "#commander";

const shortestMs = 500;
const longestMs = 3_600_000;

/** `--watch [interval]`: to look again and again, until Ctrl-C. */
export function watchOption(usual: string) {
  return new Option("--watch [interval]", `look again and again until Ctrl-C, by default every ${usual}`)
    .preset(usual)
    .argParser(asInterval)
    .conflicts("json");
}

/** Units are read without the configuration's schema, which help must not load. */
function asInterval(text: string): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? [];
  const factor = unit === "ms" ? 1 : unit === "s" ? 1_000 : 60_000;
  const intervalMs = count === undefined ? 0 : Number(count) * factor;
  if (intervalMs >= shortestMs && intervalMs <= longestMs) return intervalMs;
  throw new InvalidArgumentError('Expected a time from "500ms" to "60m".');
}
