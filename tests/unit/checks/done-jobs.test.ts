import { expect, test } from "bun:test";
import { jobsOf } from "../../../checks/containers-healthy/done-jobs.ts";
import { container } from "../systems/docker/container.ts";

const web = container({ service: "web", status: "running" });
const ended = { service: "worker", status: "exited", health: "none", exitCode: 0 } as const;

test.each(["no", "on-failure"])("what ended under the policy %s may be a job", (restartPolicy) => {
  expect([...jobsOf([web, container({ ...ended, restartPolicy })], [])]).toContain("worker");
});

test.each(["", "always", "unless-stopped"])("under the policy %j it should still run", (restartPolicy) => {
  expect([...jobsOf([web, container({ ...ended, restartPolicy })], [])]).not.toContain("worker");
});

test("what somebody waits to be started or healthy is no job for that", () => {
  const waits = "worker:service_started:false,db:service_healthy:true";
  const waiting = { ...web, labels: { "com.docker.compose.depends_on": waits } };
  const jobs = jobsOf([waiting, container({ ...ended, restartPolicy: "" })], []);
  expect([...jobs]).not.toContain("worker");
});
