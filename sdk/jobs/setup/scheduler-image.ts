import { writeFile } from "node:fs/promises";
import path from "node:path";
import { succeed } from "../../core/process/index.ts";
import { bunImage } from "./bun-image.ts";
import { hasImage } from "./docker.ts";
import type { Requirement } from "./requirement.ts";
import { scratch } from "./scratch.ts";

/** A machine that systemd runs, with cron on it. */
export const schedulerImage = "switchover/scheduler:bookworm";

const dockerfile = `FROM ${bunImage}
RUN apt-get update \\
 && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends cron systemd \\
 && rm -rf /var/lib/apt/lists/*
CMD ["/lib/systemd/systemd"]
`;

/** What runs jobs by themselves, for the tests: neither is meddled with on the machine itself. */
export const scheduler: Requirement = {
  name: `image ${schedulerImage}`,
  why: "systemd and cron, for the tests of schedules",
  from: `${bunImage} and Debian's packages cron and systemd`,
  after: [`image ${bunImage}`],
  root: false,
  isPresent: () => hasImage(schedulerImage),
  commands: async () => [
    [
      "sh",
      "-c",
      `mkdir /tmp/scheduler && printf '${dockerfile.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}' > /tmp/scheduler/Dockerfile`,
    ],
    ["docker", "build", "--tag", schedulerImage, "/tmp/scheduler"],
  ],
  async install({ signal }) {
    await using dir = await scratch();
    await writeFile(path.join(dir.path, "Dockerfile"), dockerfile);
    // The classic builder is in every engine; the other one may want a plugin that is not here.
    const env = { DOCKER_BUILDKIT: "0" };
    await succeed(["docker", "build", "--quiet", "--tag", schedulerImage, dir.path], {
      deadlineMs: 300_000,
      signal,
      env,
    });
  },
};
