import { expect, test } from "bun:test";
import { maintenanceSchema, scheduleSchema } from "../../../../sdk/core/config/schema/maintenance.ts";

test.each(["0s", "500ms", "25d"])(
  "a run's limit of %s, which would end it at once or never, is refused",
  (timeout) => {
    expect(scheduleSchema.safeParse({ timeout }).error?.issues[0]?.message).toBe(
      "expected 1 second at least, and 24 days at most",
    );
  },
);

test("a lock that is waited for without end is refused: so PostgreSQL reads 0", () => {
  expect(maintenanceSchema.safeParse({ lockTimeout: "0s" }).success).toBe(false);
  expect(maintenanceSchema.parse({ lockTimeout: "1ms" }).lockTimeout).toBe(1);
});
