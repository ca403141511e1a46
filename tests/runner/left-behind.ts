import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, succeed } from "../../sdk/core/process/index.ts";
import { namelessImages } from "../support/nameless-images.ts";

/** Tests and benchmarks name what they make after the process that makes it: a stack by the number in base 36, anything else as it is. */
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

/** Names, and the ids of images that have none. */
export interface ClearedAway {
  gone: string[];
  /** What Docker would not remove. */
  stayed: string[];
}

/**
 * Removes what tests and benchmarks that were ended by force have made: containers that start again by themselves would
 * load the machine for ever, and the tree of a benchmark fills a disk. What belongs to a process that lives stays.
 */
export async function removeLeftBehind(): Promise<ClearedAway> {
  const cleared: ClearedAway = { gone: [], stayed: [] };
  for (const { kind, list, remove } of kinds) {
    const left = await leftBehind(kind, list);
    if (left.length === 0) continue;
    await run(["docker", kind, "rm", ...remove, ...left], { deadlineMs });
    const still = await leftBehind(kind, list);
    cleared.gone.push(...left.filter((name) => !still.includes(name)));
    cleared.stayed.push(...still);
  }
  const folders = readdirSync(tmpdir()).filter(isLeftBehind);
  for (const name of folders) {
    const path = join(tmpdir(), name);
    await run(["rm", "-rf", "--one-file-system", "--", path], { deadlineMs });
    (existsSync(path) ? cleared.stayed : cleared.gone).push(path);
  }
  return cleared;
}

async function leftBehind(kind: string, list: readonly string[]): Promise<string[]> {
  const printed = await succeed(["docker", kind, "ls", ...list], { deadlineMs });
  const nameless = kind === "image" ? await namelessImages() : [];
  return [
    ...printed.split("\n").filter(isLeftBehind),
    ...nameless.filter(({ madeFor }) => isLeftBehind(madeFor)).map(({ id }) => id),
  ];
}

/** Whether tests gave this name, and the process that did is no more. */
function isLeftBehind(name: string): boolean {
  return names.some(({ pattern, radix }) => {
    const [, number] = pattern.exec(name) ?? [];
    return number !== undefined && !existsSync(`/proc/${Number.parseInt(number, radix)}`);
  });
}
