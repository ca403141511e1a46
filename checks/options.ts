import { z } from "zod";
import { duration, size } from "../sdk/core/config/index.ts";
import type { CheckContext } from "../sdk/core/finding/index.ts";

/** Bytes: a number of them, or a text with its unit. */
export const bytes = () => z.union([z.number().nonnegative(), size()]);

/** A length of time: milliseconds, or a text with its unit. */
export const time = () => z.union([z.number().nonnegative(), duration()]);

/** One of something, or several. */
export const oneOrMore = <Item extends z.ZodType>(item: Item) =>
  z.union([item.transform((one) => [one]), z.array(item).min(1)]);

/** The options by which every check of a Compose project is told which one. Paths are absolute. */
export const composeOptions = {
  project: z.string().describe("The Compose project's name."),
  files: oneOrMore(z.string()).describe("Its Compose files, in the order in which they override each other."),
  envFiles: z
    .array(z.string())
    .default([])
    .describe("The files with its variables; .env beside the Compose file when there are none."),
  directory: z.string().describe("The folder where relative paths inside the Compose files start."),
  variables: z
    .record(z.string(), z.string())
    .default({})
    .describe("Variables that a deployment sets itself."),
} as const;

/** How a check's commands are limited: they end with the check. */
export function within({ deadlineMs, signal, share }: CheckContext): {
  deadlineMs: number;
  signal: AbortSignal;
  share: CheckContext["share"];
} {
  return { deadlineMs, signal, share };
}
