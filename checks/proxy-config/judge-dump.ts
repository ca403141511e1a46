import { existsSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";
import type { Look } from "../../sdk/core/finding/index.ts";
import type { BindMount } from "../../sdk/systems/docker/index.ts";
import {
  directivesOf,
  type FileTest,
  filesOfDump,
  fileTests,
  markerName,
} from "../../sdk/systems/nginx/index.ts";
import { lastWords } from "../words.ts";
import type { Tested } from "./tested.ts";

/** Judges what nginx said of its configuration, and whether the switch stands in it. */
export function judgeDump(tested: Tested, markerDirectory: string): Look {
  const { how, exitCode, dump, said, mounts } = tested;
  if (exitCode !== 0) return refused(said, exitCode, how);
  const folder = seenInside(markerDirectory, mounts);
  if (folder === undefined) return notMounted(markerDirectory, how);
  const marker = join(folder, markerName);
  const tests = fileTests(directivesOf(filesOfDump(dump)));
  const switches = tests.filter(({ path }) => path === marker);
  if (switches.length === 0) return noSwitch(marker, tests, how);
  const cached = switches.find(({ cache }) => cache !== undefined);
  if (cached !== undefined) return tooLate(cached, how);
  return {
    status: "pass",
    summary: `nginx accepts its configuration ${how}, and tests for ${marker} in each request`,
    evidence: { how, marker, switches: switches.map(({ file, line }) => `${file}:${line}`) },
  };
}

function refused(said: string, exitCode: number, how: Tested["how"]): Look {
  const own = said.split("\n").filter((line) => /\[(?:emerg|alert|crit|error)\]/.test(line));
  const words = lastWords(own.join("\n")) || lastWords(said) || `exit code ${exitCode}`;
  return {
    status: "fail",
    summary: words.replaceAll(/^nginx: /g, ""),
    remedy: words.includes("host not found")
      ? "nginx must start while an environment does not exist: give the upstream's name a fixed address (extra_hosts), or write the address"
      : "mend the file and the line that nginx names",
    evidence: { how, exitCode },
  };
}

/** Where the proxy sees a folder of this host; undefined when it does not. */
function seenInside(directory: string, mounts: readonly BindMount[]): string | undefined {
  const real = realPath(directory);
  const places = mounts.flatMap(({ source, target }) => {
    const inside = relative(realPath(source), real);
    return inside.startsWith("..") ? [] : [{ length: source.length, path: join(target, inside) }];
  });
  return places.sort((one, other) => other.length - one.length)[0]?.path;
}

function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

function notMounted(markerDirectory: string, how: Tested["how"]): Look {
  return {
    status: "fail",
    summary: `the proxy does not see ${markerDirectory}, so no switch would reach it`,
    remedy: `mount ${markerDirectory} into the proxy as a folder, read-only; a mounted file keeps its old content`,
    evidence: { how },
  };
}

function noSwitch(marker: string, tests: readonly FileTest[], how: Tested["how"]): Look {
  return {
    status: "fail",
    summary: `no server of the proxy tests for ${marker}, so no switch would reach it`,
    remedy: `set the environment in the server block: set $environment blue; if (-f ${marker}) { set $environment green; }`,
    evidence: { how, tests: tests.map(({ path, file, line }) => ({ path, at: `${file}:${line}` })) },
  };
}

function tooLate({ cache, file, line }: FileTest, how: Tested["how"]): Look {
  const at = cache === undefined ? "" : `${cache.file}:${cache.line}`;
  return {
    status: "fail",
    summary: `open_file_cache is on around the switch (${at}), so a switch would come late, and not for all at once`,
    remedy: `write "open_file_cache off;" into the server block of ${file}:${line}`,
    evidence: { how, cache: cache?.args },
  };
}
