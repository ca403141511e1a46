import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { succeed } from "../../../sdk/core/process/index.ts";
import { errorOf } from "../../support/document.ts";
import { ownerAndMode } from "../../support/owner-and-mode.ts";
import { permissionsProject } from "../../support/permissions-project.ts";

const deadlineMs = 60_000;
const images: string[] = [];
afterAll(async () => {
  if (images.length > 0) await succeed(["docker", "image", "rm", "--force", ...images], { deadlineMs });
});

/** An image with nothing in it but the user that it runs as. */
async function imageOf(user: string): Promise<string> {
  const name = `switchover-user-${crypto.randomUUID().slice(0, 8)}`;
  const folder = mkdtempSync(join(tmpdir(), "switchover-image-"));
  writeFileSync(join(folder, "Dockerfile"), `FROM scratch\nUSER ${user}\n`);
  const env = { DOCKER_BUILDKIT: "0" };
  await succeed(["docker", "build", "--tag", name, folder], { deadlineMs, env });
  rmSync(folder, { recursive: true });
  images.push(name);
  return name;
}

function projectWith(image: string) {
  const project = permissionsProject({ permissions: { userOf: "web" } });
  writeFileSync(project.path("compose.yml"), `services:\n  web:\n    image: ${image}\n`);
  return project;
}

test("files go to the user that the service's image runs as", async () => {
  using project = projectWith(await imageOf("4242:4343"));
  const file = project.file("uploads/a");
  await project.fix();
  expect(ownerAndMode(file)).toBe("4242:4343 644");
});

test.each(["node", "no-such-image"])(
  "%s, which gives no number, is refused before anything changes",
  async (what) => {
    using project = projectWith(what === "node" ? await imageOf("node") : what);
    const file = project.file("uploads/a");
    const refused = await project.run("--json");
    expect(refused.exitCode).toBe(2);
    expect(errorOf(refused).code).toBe("PERMISSIONS_POLICY");
    expect(ownerAndMode(file)).toBe("0:0 644");
  },
);
