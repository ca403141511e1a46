import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  environments,
  isReleaseId,
  newReleaseId,
  other,
  releaseSchema,
} from "../../../../sdk/core/release/index.ts";

const now = new Date("2026-11-20T18:02:27.987Z");

test("the other of blue is green, and the other way round", () => {
  expect(environments.map(other)).toEqual(["green", "blue"]);
});

test("an id made here names its second in UTC and its source", () => {
  expect(newReleaseId(now, undefined)).toBe("20261120-180227");
  expect(newReleaseId(now, "4f1c2ab93d01")).toBe("20261120-180227-4f1c2ab93d01");
  expect(newReleaseId(now, "4f1c2ab93d01-dirty")).toBe("20261120-180227-4f1c2ab93d01");
});

test("an id made here is always one that is taken", () => {
  const source = fc.option(fc.stringMatching(/^[0-9a-f]{7,40}(-dirty)?$/), { nil: undefined });
  const date = fc.date({ min: new Date("2000-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });
  fc.assert(fc.property(date, source, (at, revision) => isReleaseId(newReleaseId(at, revision))));
});

test("ids are what Docker takes as a tag and what cannot leave a folder", () => {
  for (const id of ["1", "1.8.3", "v2_rc-1", "A".repeat(63)]) expect(isReleaseId(id)).toBe(true);
  for (const id of ["", ".", "..", "-1", "_1", "a/b", "a b", "1\n", "A".repeat(64), "ü"])
    expect(isReleaseId(id)).toBe(false);
});

test("a release that is written down is read back whole, and one that lacks its images is refused", () => {
  const release = { id: "1", createdAt: now.toISOString(), images: { web: "sha256:1" } };
  expect(releaseSchema.parse(JSON.parse(JSON.stringify(release)))).toEqual(release);
  const { images, ...without } = release;
  expect(images).toBeDefined();
  expect(releaseSchema.safeParse(without).success).toBe(false);
});
