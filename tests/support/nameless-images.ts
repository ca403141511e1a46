import { run, succeed } from "../../sdk/core/process/index.ts";

/** An image without a name that a test's stack has left: a build that was cut off, say. */
export interface NamelessImage {
  id: string;
  /** What tells whose it is: the name of a release or of a Compose project, which begins with the stack's name. */
  madeFor: string;
}

const deadlineMs = 60_000;
const stackName = /\bswt-[\w-]+/;

/** The images without a name that tell which stack they were made for. */
export async function namelessImages(): Promise<NamelessImage[]> {
  const ids = await succeed(["docker", "image", "ls", "--quiet", "--filter", "dangling=true"], {
    deadlineMs,
  });
  const all = [...new Set(ids.split("\n").filter(Boolean))];
  if (all.length === 0) return [];
  const format = "{{.Id}} {{json .Config.Labels}} {{json .Config.Env}}";
  // One that has gone by now makes this fail, and tells of the others nevertheless.
  const { stdout } = await run(["docker", "image", "inspect", "--format", format, ...all], { deadlineMs });
  return stdout.split("\n").flatMap((line) => {
    const [id = ""] = line.split(" ");
    const [madeFor] = stackName.exec(line.slice(id.length)) ?? [];
    return madeFor === undefined ? [] : [{ id, madeFor }];
  });
}
