import { z } from "zod";
import { duration, longestTimerMs } from "../units.ts";

const seconds = (count: number) =>
  duration()
    .refine((ms) => ms <= longestTimerMs, "expected at most 24 days")
    .default(count * 1_000);

/** How long each step of a deployment may take. The figures are those of the scripts that this replaces, where they had one. */
export const deadlinesSchema = z
  .strictObject({
    plan: seconds(30).describe("Observing, resolving the release, and saying what will change."),
    "pre-check": seconds(60).describe("Looking at everything that could make the deployment fail."),
    permissions: seconds(600).describe("Bringing owners and modes of files into order."),
    backup: seconds(600).describe("Making and proving the backup."),
    build: seconds(900).describe("Building or pulling the images."),
    stage: seconds(180).describe("Starting the idle environment, until all of it is healthy."),
    migrate: seconds(300).describe("Applying the migrations that are pending."),
    verify: seconds(60).describe("Asking the idle environment, past the proxy, which release it is."),
    switch: seconds(15).describe("Moving the traffic, and proving it at the front door."),
    watch: seconds(600).describe("Watching the new release; watch.duration has to fit in."),
    retire: seconds(900).describe("Draining and stopping the old environment; drain.timeout has to fit in."),
  })
  .describe("How long each step may take.");

/** How the new release is watched after the switch. */
export const watchSchema = z
  .strictObject({
    duration: seconds(30).describe("How long the front door is watched after the switch."),
    interval: duration().default(250).describe("The time between two requests of the watch."),
    maxErrorRate: z
      .number()
      .min(0)
      .max(1)
      .default(0.02)
      .describe("The share of failed requests that flips the switch back."),
    maxLatencyRatio: z
      .number()
      .positive()
      .default(10)
      .describe(
        "How many times the old release's median latency the new one's may be; under 50 ms it is never too slow.",
      ),
  })
  .describe("The watch after the switch.");

/** How long what an environment still serves may go on after it lost the traffic. */
export const drainSchema = z
  .strictObject({
    timeout: seconds(30).describe(
      "How long requests and WebSockets on the old environment may take to end by themselves.",
    ),
  })
  .describe("The end of the old environment's work.");
