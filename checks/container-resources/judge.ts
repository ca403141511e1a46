import { shownBytes } from "../../sdk/core/config/index.ts";
import type { Usage } from "../../sdk/systems/docker/index.ts";

export interface UsageLimits {
  /** Percent of the container's own limit. */
  memory: number;
  /** Percent of one processor, on average. */
  cpu: number | undefined;
  /** Bytes. */
  growth: number | undefined;
}

export interface JudgedUsage {
  name: string;
  cpuPercent: number;
  /** Bytes at the last look. */
  memory: number;
  memoryLimit: number;
  /** Bytes, by which all of the second half lies above the beginning; 0 when any of it does not. */
  growth: number;
  faults: string[];
}

/**
 * What a container's samples, in the order of time, say about it; undefined where a look did not see it run. Garbage that is collected now and then makes memory go
 * up and down: it has grown by what every look of the second half lies above the first look.
 */
export function judgeUsage(
  name: string,
  looks: readonly (Usage | undefined)[],
  limits: UsageLimits,
): JudgedUsage {
  const samples = looks.filter((look) => look !== undefined);
  const [first] = samples;
  const last = looks.at(-1);
  if (first === undefined || last === undefined) {
    return {
      name,
      cpuPercent: 0,
      memory: 0,
      memoryLimit: 0,
      growth: 0,
      faults: [`${name} stopped while it was watched`],
    };
  }
  const secondHalf = samples.slice(Math.floor(samples.length / 2)).map(({ memory }) => memory);
  const growth = Math.max(0, Math.min(...secondHalf) - first.memory);
  const cpuPercent = samples.reduce((sum, sample) => sum + sample.cpuPercent, 0) / samples.length;
  const share = (100 * last.memory) / last.memoryLimit;
  const faults = [
    share > limits.memory
      ? `${name} uses ${share.toFixed(0)} % of its ${shownBytes(last.memoryLimit)} of memory, more than ${limits.memory} %`
      : "",
    limits.cpu !== undefined && cpuPercent > limits.cpu
      ? `${name} uses ${cpuPercent.toFixed(0)} % of a processor, more than ${limits.cpu} %`
      : "",
    limits.growth !== undefined && growth > limits.growth
      ? `${name}'s memory grew by ${shownBytes(growth)} to ${shownBytes(last.memory)}, more than ${shownBytes(limits.growth)}`
      : "",
  ].filter(Boolean);
  return { name, cpuPercent, memory: last.memory, memoryLimit: last.memoryLimit, growth, faults };
}
