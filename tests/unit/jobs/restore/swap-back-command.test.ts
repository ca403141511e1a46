import { expect, test } from "bun:test";
import { swapBackCommand } from "../../../../sdk/jobs/restore/swap-back-command.ts";

test.each([
  ["app", "./scripts/restore-db.ts swap-back app"],
  ["my nginx.conf", "./scripts/restore-db.ts swap-back 'my nginx.conf'"],
  ["it's $(id)", "./scripts/restore-db.ts swap-back 'it'\\''s $(id)'"],
  ["-dash", "./scripts/restore-db.ts swap-back -- -dash"],
])("what takes %s back can be copied as it stands", (what, command) => {
  expect(swapBackCommand(what)).toBe(command);
});
