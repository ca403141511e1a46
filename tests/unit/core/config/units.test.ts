import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  parseDuration,
  parseSize,
  shownBytes,
  shownDuration,
  shownSize,
} from "../../../../sdk/core/config/index.ts";

const durations = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 };
const sizes = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

const whole = fc.integer({ min: 0, max: 100_000 });
const space = fc.constantFrom("", " ", "  ");

test.each([
  ["times", parseDuration, durations],
  ["sizes", parseSize, sizes],
] as const)("%s are the number times the unit, with or without a space between", (_name, parse, units) => {
  const unit = fc.constantFrom(...Object.entries(units));
  fc.assert(
    fc.property(whole, space, unit, (amount, gap, [name, factor]) => {
      expect(parse(`${amount}${gap}${name}`)).toBe(amount * factor);
    }),
  );
});

test.each(["", "30", "s", "-5s", "5 x", "1e3s", "5s5", "0x10s", "NaNs", "5S", "toString", "5constructor"])(
  "%p is no time",
  (text) => expect(parseDuration(text)).toBeUndefined(),
);

test.each(["10", "GB", "10gb", "10 GBs", "-1GB", "5constructor", "1.GB"])("%p is no size", (text) =>
  expect(parseSize(text)).toBeUndefined(),
);

test("fractions are rounded to whole units", () => {
  expect(parseDuration("1.5s")).toBe(1500);
  expect(parseDuration("0.25ms")).toBe(0);
  expect(parseSize("1.5GiB")).toBe(1610612736);
});

test("no text makes it throw, or gives something that is not a number", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const value of [parseDuration(text), parseSize(text)]) {
        expect(value === undefined || Number.isFinite(value)).toBe(true);
      }
    }),
  );
});

test("what is shown is read as the same number again", () => {
  fc.assert(
    fc.property(fc.nat(), (value) => {
      expect(parseDuration(shownDuration(value))).toBe(value);
      expect(parseSize(shownSize(value))).toBe(value);
    }),
  );
});

test.each([
  [0, "0 B"],
  [0.4, "0 B"],
  [612, "612 B"],
  [1_000, "1.0 kB"],
  [174_000_000, "174 MB"],
  [9_840_000_000, "9.8 GB"],
  [900e12, "900 TB"],
  [2e18, "2000 PB"],
])("%p bytes are told to people as %s", (bytes, text) => {
  expect(shownBytes(bytes)).toBe(text);
});
