import { z } from "zod";
import { parseTimetable, parseWindow, timetableForms, windowForms } from "../../calendar/index.ts";
import { duration, longestTimerMs } from "../units.ts";

function written<Value>(parse: (text: string) => Value | undefined, forms: string) {
  return z.string().transform((text, context) => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.addIssue({ code: "custom", message: `expected ${forms}` });
    return z.NEVER;
  });
}

const timetable = () => written(parseTimetable, timetableForms);

/** What runs by itself, and when. */
export const scheduleSchema = z
  .strictObject({
    backup: timetable().optional().describe('When a backup is made: "02:00" is daily at that time, in UTC.'),
    upload: timetable()
      .optional()
      .describe(
        'When one is made and uploaded: "Sun 03:00". A time zone may stand behind: "03:00 Europe/Prague".',
      ),
    maintenance: timetable()
      .optional()
      .describe('When maintenance is done: "Sun 02:00", or once a month: "first Sun 01:00".'),
    timeout: duration()
      .refine((ms) => ms >= 1_000 && ms <= longestTimerMs, "expected 1 second at least, and 24 days at most")
      .default(4 * 3_600_000)
      .describe("How long one run may take; it is ended then."),
  })
  .describe("What cron or systemd is told to run, by `schedule.ts install`.");

/** What maintenance may do, and how much of the past it keeps. */
export const maintenanceSchema = z
  .strictObject({
    window: written(parseWindow, windowForms)
      .optional()
      .describe(
        'When maintenance may work: "Sun 02:00-04:00 UTC"; outside of it, it does nothing. At any time without it.',
      ),
    releases: z
      .int()
      .min(2)
      .default(5)
      .describe(
        "How many of the newest releases keep their images, beside what runs and what a rollback leads to.",
      ),
    assetsKeepDays: z
      .int()
      .positive()
      .default(30)
      .describe("Days after which a published file may go that no kept release has."),
    journals: z.int().min(1).default(100).describe("How many runs keep their journals."),
    restoreTest: z
      .boolean()
      .default(true)
      .describe("Whether the newest backup is restored, into a scratch database."),
    lockTimeout: duration()
      // PostgreSQL would take 0 for no limit at all.
      .refine((ms) => ms >= 1 && ms <= longestTimerMs, "expected 1 millisecond at least, and 24 days at most")
      .default(5_000)
      .describe("How long the work on a table may wait for a lock."),
  })
  .describe("What maintenance does, and how much of the past it keeps.");
