import type { Task } from "../task.ts";
import { assets } from "./assets.ts";
import { pruneOldBackups } from "./backups.ts";
import { certificate, freshness } from "./checks.ts";
import { images } from "./images.ts";
import { integrity } from "./integrity.ts";
import { pruneJournals } from "./journals.ts";
import { pruneLogs } from "./logs.ts";
import { pruneReplaced } from "./replaced.ts";
import { testRestore } from "./restore-test.ts";
import { vacuum } from "./vacuum.ts";

/** All tasks in their order: what alarms comes first, what only tidies up after it, and what takes long last. */
export const tasks: readonly Task[] = [
  freshness,
  certificate,
  integrity,
  vacuum,
  pruneLogs,
  pruneJournals,
  pruneOldBackups,
  pruneReplaced,
  images,
  assets,
  testRestore,
];
