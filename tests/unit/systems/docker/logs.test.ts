import { expect, test } from "bun:test";
import { beginningOfLog } from "../../../../sdk/systems/docker/index.ts";

const never = "0001-01-01T00:00:00Z";

test.each([
  [
    "its first lines may be older than its start",
    never,
    "2026-11-26T12:00:00.5Z",
    "2026-11-26T12:00:00.1Z",
    true,
  ],
  [
    "lines from before its last end do not count",
    "2026-11-26T12:00:00Z",
    "2026-11-26T12:00:00.4Z",
    "2026-11-26T12:00:00Z",
    false,
  ],
  [
    "lines since that end do",
    "2026-11-26T12:00:00Z",
    "2026-11-26T12:00:00.4Z",
    "2026-11-26T12:00:00.3Z",
    true,
  ],
  [
    "a clock that was set back leaves the start",
    "2026-11-26T13:00:00Z",
    "2026-11-26T12:00:00Z",
    "2026-11-26T12:00:00Z",
    true,
  ],
])("%s", (_, finishedAt, startedAt, line, counts) => {
  expect(Date.parse(line) >= Date.parse(beginningOfLog({ startedAt, finishedAt }))).toBe(counts);
});
