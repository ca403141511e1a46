import { test } from "bun:test";
import { composeV1 } from "../support/compose-v1.ts";
import { deploysTwiceAndBack, quickStack } from "../support/twice-and-back.ts";

test("Compose of version 1", async () => {
  await using stack = await quickStack();
  await deploysTwiceAndBack(stack, { SWITCHOVER_COMPOSE: await composeV1() });
});
