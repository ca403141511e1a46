import { z } from "zod";

const milliseconds: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** A timer of JavaScript runs 2^31 - 1 ms at most, and fires at once when it is told more. */
export const longestTimerMs = 24 * 86_400_000;

const bytes: Record<string, number> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** Writes a number of milliseconds as `duration()` reads it, in the largest unit that fits without a rest. */
export function shownDuration(value: number): string {
  return shownIn(milliseconds, value, "ms");
}

/** Writes a number of bytes as `size()` reads it, in the largest unit that fits without a rest. */
export function shownSize(value: number): string {
  return shownIn(bytes, value, "B");
}

const inThousands = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** An amount of bytes as people read it, `9.8 GB`, `174 MB`, `612 B`: in thousands, as disks are sold, and rounded. */
export function shownBytes(value: number): string {
  const power = value < 1 ? 0 : Math.min(inThousands.length - 1, Math.floor(Math.log10(value) / 3));
  const amount = value / 1_000 ** power;
  const rounded = amount >= 100 || power === 0 ? Math.round(amount) : amount.toFixed(1);
  return `${rounded} ${inThousands[power] ?? "B"}`;
}

function shownIn(units: Record<string, number>, value: number, smallest: string): string {
  const fitting = Object.entries(units).filter(([, factor]) => value >= factor && value % factor === 0);
  const [unit, factor] = fitting.sort(([, one], [, other]) => other - one)[0] ?? [smallest, 1];
  return `${value / factor}${unit}`;
}

function quantity(text: string, units: Record<string, number>): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(text.trim());
  const [, amount = "", unit = ""] = match ?? [];
  const value = Object.hasOwn(units, unit) ? Math.round(Number(amount) * Number(units[unit])) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** Milliseconds from `"250ms"`, `"30s"`, `"5m"`, `"2h"` or `"30d"`; undefined when it is none of these. */
export function parseDuration(text: string): number | undefined {
  return quantity(text, milliseconds);
}

/** Bytes from `"512MiB"` (powers of 1024) or `"10GB"` (powers of 1000); undefined when it is neither. */
export function parseSize(text: string): number | undefined {
  return quantity(text, bytes);
}

function measured(unit: "time" | "size", parse: (text: string) => number | undefined, expected: string) {
  // The generated page tells by the unit how a default is written.
  return z
    .string()
    .meta({ unit })
    .transform((text, context) => {
      const value = parse(text);
      if (value !== undefined) return value;
      context.addIssue({ code: "custom", message: `expected ${expected}` });
      return z.NEVER;
    });
}

/** A length of time, written with its unit; milliseconds once it is read. */
export const duration = () => measured("time", parseDuration, 'a time with its unit, such as "30s" or "5m"');

/** An amount of bytes, written with its unit; bytes once it is read. */
export const size = () => measured("size", parseSize, 'a size with its unit, such as "10GB" or "512MiB"');
