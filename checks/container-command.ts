import { z } from "zod";
import type { Look } from "../sdk/core/finding/index.ts";
import { asTyped } from "../sdk/core/process/index.ts";
import { execute } from "../sdk/systems/docker/index.ts";
import { chosenContainers, chosenOptions, namesContainers, nobodyNamed } from "./containers/chosen.ts";
import { saidIn } from "./containers/said.ts";
import { defineCheck } from "./define.ts";
import { oneOrMore, time, within } from "./options.ts";
import { lastWords } from "./words.ts";

/** So much of what a command prints is kept, the end of it. Texts are looked for in every line of it. */
const keepCharacters = 256 * 1024;
const shownCharacters = 500;

/** Whether a command inside a container ends and prints as it should. */
export const containerCommand = defineCheck({
  id: "container-command",
  title: "Command",
  summary: "Whether a command inside a container ends with its code and prints what it should",
  example: "--container shop-blue-backend-1 --argv node --argv=--version --contains v22.",
  deadline: "60s",
  options: z
    .strictObject({
      ...chosenOptions,
      argv: oneOrMore(z.string()).describe("The command and its arguments; no shell reads them."),
      user: z.string().optional().describe("The user inside the container; its own without it."),
      exitCode: z.int().min(0).max(255).default(0).describe("The exit code that is right."),
      contains: oneOrMore(z.string().min(1))
        .default([])
        .describe("Texts that the output must have, on either stream."),
      lacks: oneOrMore(z.string().min(1)).default([]).describe("Texts that it may not have."),
      timeout: time().default(20_000).describe("How long the command may take; it is ended then."),
    })
    .refine(namesContainers, nobodyNamed),
  look: async ({ argv, user, exitCode, contains, lacks, timeout, ...chosen }, context): Promise<Look> => {
    const containers = await chosenContainers(chosen, context);
    const wanted = [...contains, ...lacks];
    const runs = await Promise.all(
      containers.map(async ({ id, name }) => {
        const seen = new Set<string>();
        const onLine = (line: string) => {
          for (const text of wanted.filter(saidIn(line))) seen.add(text);
        };
        const limits = { ...within(context), deadlineMs: timeout, keepCharacters, user, onLine };
        const ran = await execute(id, argv, limits);
        const output = `${ran.stdout}${ran.stderr}`;
        const printed = (text: string) => seen.has(text) || output.includes(text);
        const faults = [
          ran.exitCode === exitCode
            ? ""
            : `exited ${ran.exitCode}, not ${exitCode}: ${lastWords(output).slice(-shownCharacters)}`,
          ...contains.filter((text) => !printed(text)).map((text) => `did not print "${text}"`),
          ...lacks.filter(printed).map((text) => `printed "${text}"`),
        ].filter(Boolean);
        return { name, faults, exitCode: ran.exitCode, output: output.slice(-shownCharacters) };
      }),
    );
    const faults = runs.flatMap(({ name, faults }) =>
      faults.map((fault) => `${argv[0]} in ${name} ${fault}`),
    );
    const evidence = { argv, runs };
    const as = user === undefined ? [] : ["--user", user];
    if (faults.length > 0) {
      const [bad] = runs.filter(({ faults }) => faults.length > 0);
      return {
        status: "fail",
        summary: faults.join("; "),
        remedy: `run it yourself: ${asTyped(["docker", "exec", ...as, bad?.name ?? "", ...argv])}`,
        evidence,
      };
    }
    const [first] = runs;
    const said = lastWords(first?.output ?? "", 1).slice(0, 120);
    return {
      status: "pass",
      summary: `${argv[0]} exits ${exitCode} in ${runs.map(({ name }) => name).join(", ")}${said === "" ? "" : `: ${said}`}`,
      evidence,
    };
  },
});
