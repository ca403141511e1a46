import { cpus, loadavg } from "node:os";

export interface Load {
  /** How many processes ran, or wanted to, at a time: the mean of the last minute, by the kernel's account. */
  lastMinute: number;
  processors: number;
}

/** How busy the machine is. What was begun just now hardly counts, so whoever looks does not see himself. */
export function load(): Load {
  const [lastMinute = 0] = loadavg();
  return { lastMinute, processors: cpus().length };
}
