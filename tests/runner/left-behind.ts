import { existsSync } from "node:fs";
import { succeed } from "../../sdk/core/process/index.ts";
import { namelessImages } from "../support/nameless-images.ts";

/** Tests name what they make after the process that makes it: a stack by the number in base 36, anything else as it is. */
const names = [
  { pattern: /^swt-(\d+)$/, radix: 10 },
  { pattern: /^swt-([0-9a-z]{1,5})-/, radix: 36 },
  { pattern: /^switchover-test-(?:[a-z]+-)?(\d+)/, radix: 10 },
];

/** Networks and volumes go after the containers that use them. */
const kinds = [
  { kind: "container", list: ["--all", "--format", "{{.Names}}"], remove: ["--force", "--volumes"] },
  { kind: "network", list: ["--format", "{{.Name}}"], remove: [] },
  { kind: "volume", list: ["--format", "{{.Name}}"], remove: [] },
  { kind: "image", list: ["--format", "{{.Repository}}:{{.Tag}}"], remove: ["--force"] },
];

const deadlineMs = 120_000;

/**
 * Removes what the tests of a run that was ended by force have made: containers that start again by themselves would load
 * the machine for ever. What belongs to a process that lives stays.
 *
 * @returns the names of what went, and the ids of images that had none
 */
export async function removeLeftBehind(): Promise<string[]> {
  const gone: string[] = [];
  for (const { kind, list, remove } of kinds) {
    const printed = await succeed(["docker", kind, "ls", ...list], { deadlineMs });
    const left = printed.split("\n").filter(isLeftBehind);
    if (left.length > 0) await succeed(["docker", kind, "rm", ...remove, ...left], { deadlineMs });
    gone.push(...left);
  }
  const nameless = (await namelessImages()).filter(({ madeFor }) => isLeftBehind(madeFor));
  const ids = nameless.map(({ id }) => id);
  if (ids.length > 0) await succeed(["docker", "image", "rm", "--force", ...ids], { deadlineMs });
  return [...gone, ...ids];
}

/** Whether tests gave this name, and the process that did is no more. */
function isLeftBehind(name: string): boolean {
  return names.some(({ pattern, radix }) => {
    const [, number] = pattern.exec(name) ?? [];
    return number !== undefined && !existsSync(`/proc/${Number.parseInt(number, radix)}`);
  });
}
