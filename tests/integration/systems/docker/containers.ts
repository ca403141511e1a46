import { docker } from "../../../../sdk/systems/docker/index.ts";

const options = { deadlineMs: 30_000 };

export interface Started {
  id: string;
  name: string;
}

/** Containers of a Compose project of its own, as Compose would mark them; all are gone when it is disposed of. */
export interface Project extends AsyncDisposable {
  name: string;
  start(service: string, flags: readonly string[], script: string): Promise<Started>;
}

export function openProject(): Project {
  const name = `switchover-test-${process.pid}-${crypto.randomUUID().slice(0, 8)}`;
  const label = `com.docker.compose.project=${name}`;
  return {
    name,
    async start(service, flags, script) {
      const labels = ["--label", label, "--label", `com.docker.compose.service=${service}`];
      const run = [
        "container",
        "run",
        "--detach",
        "--init",
        "--name",
        `${name}-${service}`,
        ...labels,
        ...flags,
      ];
      const image = ["--entrypoint", "bun", "switchover/bun:1.4.5", "-e", script];
      const id = (await docker([...run, ...image], options)).trim();
      return { id, name: `${name}-${service}` };
    },
    async [Symbol.asyncDispose]() {
      const ids = (await docker(["ps", "--all", "--quiet", "--filter", `label=${label}`], options))
        .split("\n")
        .filter(Boolean);
      if (ids.length > 0) await docker(["container", "rm", "--force", ...ids], options);
    },
  };
}

/** A script that only goes on. */
export const goesOn = "setInterval(() => {}, 1000)";

/** A health check that runs a script every 300 ms, and gives up at its second failure. */
export function checkedBy(script: string): string[] {
  return [
    ...["--health-cmd", `bun -e '${script}'`, "--health-interval", "300ms"],
    ...["--health-retries", "2", "--health-timeout", "5s"],
  ];
}
