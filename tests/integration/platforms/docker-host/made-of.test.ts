import { expect, test } from "bun:test";
import { assertMadeOf } from "../../../../sdk/platforms/docker-host/made-of.ts";
import { docker } from "../../../../sdk/systems/docker/index.ts";
import { rejectionOf } from "../../../support/rejection.ts";

const members = [
  { name: "web", composeService: "web" },
  { name: "worker", composeService: "worker-blue" },
];
const releaseOf = (images: Record<string, string>) => ({
  id: "1",
  createdAt: "2026-11-20T18:00:00.000Z",
  images,
});

test("a release is brought up with the images that it was made of, or not at all", async () => {
  const listed = await docker(["image", "ls", "--quiet", "--no-trunc"], { deadlineMs: 20_000 });
  const [here = ""] = listed.split("\n");
  await assertMadeOf(releaseOf({ web: here, worker: here }), members);
  expect(await rejectionOf(assertMadeOf(releaseOf({ web: here }), members))).toMatchObject({
    code: "IMAGE_MISSING",
    message: "release 1 has no image for worker",
    why: "it was made of web",
  });
  const gone = `sha256:${"0".repeat(64)}`;
  expect(await rejectionOf(assertMadeOf(releaseOf({ web: here, worker: gone }), members))).toMatchObject({
    code: "IMAGE_MISSING",
    message: "images of release 1 are gone from this host",
  });
});
