import { z } from "zod";
import { Failure } from "../sdk/core/errors/index.ts";
import { daemon } from "../sdk/systems/docker/index.ts";
import { defineCheck } from "./define.ts";
import { within } from "./options.ts";

/** Whether the Docker daemon answers this user, and whether the site would outlive its restart. */
export const dockerDaemon = defineCheck({
  id: "docker-daemon",
  title: "Docker daemon",
  summary: "Whether the Docker daemon answers, and the site would outlive its restart",
  example: "",
  deadline: "15s",
  options: z.strictObject({}),
  look: async (_options, context) => {
    try {
      const { version, liveRestore, swarm } = await daemon(within(context));
      const evidence = { version, liveRestore };
      if (liveRestore || swarm) return { status: "pass", summary: `Docker ${version} answers`, evidence };
      return {
        status: "warn",
        summary: `Docker ${version} answers, but live-restore is off: a restart of the daemon stops the site`,
        remedy: 'set "live-restore": true in /etc/docker/daemon.json, then: systemctl reload docker',
        evidence,
      };
    } catch (thrown) {
      if (!(thrown instanceof Failure) || !thrown.code.startsWith("DOCKER_")) throw thrown;
      return {
        status: "fail",
        summary: thrown.message,
        remedy: thrown.remedy,
        evidence: { code: thrown.code, said: thrown.why },
      };
    }
  },
});
