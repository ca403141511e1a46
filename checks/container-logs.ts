import { z } from "zod";
import type { Look } from "../sdk/core/finding/index.ts";
import { beginningOfLog, eachLogLine } from "../sdk/systems/docker/index.ts";
import { chosenContainers, chosenOptions, namesContainers, nobodyNamed } from "./containers/chosen.ts";
import { saidIn } from "./containers/said.ts";
import { defineCheck } from "./define.ts";
import { oneOrMore, time, within } from "./options.ts";

/** So much of a line is shown; a container may write all of a request into one. */
const shownCharacters = 200;

/** Whether containers have written what they must, and nothing that they must not, since they were started. */
export const containerLogs = defineCheck({
  id: "container-logs",
  title: "Container logs",
  summary: "Whether containers logged what they must, and nothing of what they must not",
  example: "--container shop-blue-backend-1 --contains Listening --lacks ECONNREFUSED",
  deadline: "30s",
  options: z
    .strictObject({
      ...chosenOptions,
      contains: oneOrMore(z.string().min(1))
        .default([])
        .describe("Texts that each container's log must have, as they are written."),
      lacks: oneOrMore(z.string().min(1)).default([]).describe("Texts that no container's log may have."),
      since: time().optional().describe("How far back to read; to the container's start without it."),
    })
    .refine(namesContainers, nobodyNamed)
    .refine(({ contains, lacks }) => contains.length + lacks.length > 0, "expected `contains` or `lacks`"),
  look: async ({ contains, lacks, since, ...chosen }, context): Promise<Look> => {
    const containers = await chosenContainers(chosen, context);
    const read = await Promise.all(
      containers.map(async ({ id, name, ...when }) => {
        const from = since === undefined ? beginningOfLog(when) : new Date(Date.now() - since).toISOString();
        const seen = seenIn(contains, lacks);
        await eachLogLine(id, from, within(context), seen.line);
        return { name, ...seen.result() };
      }),
    );
    const faults = read.flatMap(({ name, missing, forbidden }) => [
      ...missing.map((text) => `${name} never logged "${text}"`),
      ...forbidden.map(({ text, count, line }) => `${name} logged "${text}"${times(count)}: ${line}`),
    ]);
    const evidence = { containers: read };
    if (faults.length === 0) {
      const lines = read.reduce((sum, { lines }) => sum + lines, 0);
      return {
        status: "pass",
        summary: `${lines} lines of ${read.map(({ name }) => name).join(", ")} are right`,
        evidence,
      };
    }
    const [bad = ""] = read
      .filter((one) => one.missing.length + one.forbidden.length > 0)
      .map(({ name }) => name);
    return { status: "fail", summary: faults.join("; "), remedy: `docker logs --tail 100 ${bad}`, evidence };
  },
});

const times = (count: number): string => (count === 1 ? "" : ` ${count} times`);

/** Remembers of a log what is asked about it, and no more: it may be of any length. */
function seenIn(contains: readonly string[], lacks: readonly string[]) {
  const missing = new Set(contains);
  const forbidden = new Map<string, { count: number; line: string }>();
  let lines = 0;
  return {
    line: (line: string) => {
      lines += 1;
      const said = saidIn(line);
      for (const text of missing) if (said(text)) missing.delete(text);
      for (const text of lacks.filter(said)) {
        const before = forbidden.get(text);
        forbidden.set(text, { count: (before?.count ?? 0) + 1, line: before?.line ?? excerpt(line, text) });
      }
    },
    result: () => ({
      lines,
      missing: [...missing],
      forbidden: [...forbidden].map(([text, seen]) => ({ text, ...seen })),
    }),
  };
}

/** The part of a line around a text. */
function excerpt(line: string, text: string): string {
  const shown = Bun.stripANSI(line);
  const from = Math.max(0, shown.indexOf(text) - shownCharacters / 2);
  return shown.slice(from, from + shownCharacters).trim();
}
