import { z } from "zod";
import { Failure } from "../sdk/core/errors/index.ts";
import { assertClientUnderstood, daemon } from "../sdk/systems/docker/index.ts";
import { defineCheck } from "./define.ts";
import { within } from "./options.ts";

/** Whether the Docker daemon answers this user, and whether the site would outlive its restart. */
export const dockerDaemon = defineCheck({
  id: "docker-daemon",
  title: "Docker daemon",
  summary: "Whether the Docker daemon answers, and the site would outlive its restart",
  example: "--minimum-version 24",
  deadline: "15s",
  options: z.strictObject({
    minimumVersion: z
      .string()
      .regex(/^\d+(\.\d+)*$/, 'expected a version such as "24" or "20.10"')
      .default("20.10")
      .describe("The oldest version that will do."),
  }),
  look: async ({ minimumVersion }, context) => {
    try {
      const limits = within(context);
      const [{ version, liveRestore, swarm }] = await Promise.all([
        daemon(limits),
        assertClientUnderstood(limits),
      ]);
      const evidence = { version, minimumVersion, liveRestore };
      if (isOlder(version, minimumVersion)) {
        return {
          status: "fail",
          summary: `Docker ${version} answers, and ${minimumVersion} is the oldest that will do`,
          remedy: "upgrade the Docker engine",
          evidence,
        };
      }
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

/** Whether a version such as "20.10.24+dfsg1" comes before another, number by number. */
function isOlder(version: string, minimum: string): boolean {
  const [own, least] = [version, minimum].map(
    (text) =>
      text
        .split(/[^\d.]/, 1)[0]
        ?.split(".")
        .map(Number) ?? [],
  );
  const at = least?.findIndex((number, index) => number !== (own?.[index] ?? 0)) ?? -1;
  return at !== -1 && (own?.[at] ?? 0) < (least?.[at] ?? 0);
}
