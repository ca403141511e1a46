import type { Configuration } from "../../core/config/index.ts";
import { Failure } from "../../core/errors/index.ts";
import type { DockerOptions } from "../../systems/docker/index.ts";
import { applicationUser } from "./application.ts";
import { isLive, mergeNested, nestedFolders } from "./duplicates/index.ts";
import { databaseFolders, everyMount } from "./mounts.ts";
import { type Policy, policyOf } from "./policy/policy.ts";
import { createBlock } from "./record/block.ts";
import { type ChangeRecord, openRecord } from "./record/write.ts";
import { scan } from "./scan/scan.ts";
import { changesOf, emptyTally, type Tally } from "./tally.ts";
import { removeTemporary } from "./temporary.ts";
import { turns } from "./turns.ts";

/** What a run found and did, or what it would do. */
export interface Fixed extends Tally {
  dryRun: boolean;
  /** Under which it can be undone; null when nothing was changed. */
  run: string | null;
}

export interface FixOptions {
  dryRun: boolean;
  signal: AbortSignal;
  /** Told now and then how far it is. */
  progress: (so: { looked: number; changed: number }) => void;
  /** A line that a called program printed. */
  tool?: ((line: string) => void) | undefined;
}

/** Where the records of what runs have changed are kept. */
export function recordsOf(configuration: Configuration): string {
  return configuration.state("permissions");
}

/**
 * Brings owners and modes into the order that the configuration's `permissions` describe, or says what that would take.
 * The caller holds the project's lock, unless it is a dry run.
 *
 * @throws Failure PERMISSIONS_POLICY and nothing is changed; STATE_NOT_WRITTEN or INTERRUPTED, which say how to undo what
 *   was changed until then.
 */
export async function fixPermissions(configuration: Configuration, options: FixOptions): Promise<Fixed> {
  const policy = await policyFor(configuration, options);
  const tally = emptyTally(policy.rules);
  const record = options.dryRun ? undefined : openRecord(recordsOf(configuration));
  try {
    const turn = turns(options.signal, () =>
      options.progress({ looked: tally.looked, changed: changesOf(tally) }),
    );
    const block = createBlock();
    const nested = nestedFolders(policy);
    const mounts = nested.length === 0 ? noMounts : await everyMount(configuration, dockerFor(options));
    const live = mounts.known ? nested.filter(({ inner }) => isLive(inner, mounts)) : nested;
    // Before owners change: what another user has put there is not the application's to be removed.
    const now = new Date();
    await removeTemporary({
      policy,
      tally,
      dryRun: options.dryRun,
      now,
      turn,
      live: live.map(({ inner }) => inner),
    });
    await mergeNested(nested, mounts, { tally, root: policy.root, record, block, turn });
    await scan({ policy, tally, record, turn });
    // What failed may have been changed in part: its owner and not its mode.
    const made = changesOf(tally) - tally.removed.count + (tally.left.failed?.count ?? 0);
    record?.finish(made);
    return { ...tally, dryRun: options.dryRun, run: record?.run ?? null };
  } catch (thrown) {
    throw options.signal.aborted ? interrupted(tally, record, thrown) : cutShort(thrown, tally, record);
  } finally {
    record?.close();
  }
}

async function policyFor(configuration: Configuration, options: FixOptions): Promise<Policy> {
  const { permissions } = configuration;
  if (permissions === undefined) throw notConfigured();
  const docker = dockerFor(options);
  const [application, databases] = await Promise.all([
    applicationUser(configuration, permissions, docker),
    databaseFolders(configuration, docker),
  ]);
  return policyOf(configuration, permissions, application, databases);
}

const noMounts = { known: true, mounts: [], texts: [] } as const;

function dockerFor({ signal, tool }: FixOptions): DockerOptions {
  return { deadlineMs: 30_000, signal, onLine: tool };
}

function notConfigured(): Failure {
  return new Failure("PERMISSIONS_POLICY", {
    message: "the configuration has no section permissions",
    remedy: "write permissions: { uid, gid } into it; docs/configuration.md describes all of its keys",
  });
}

function interrupted(tally: Tally, record: ChangeRecord | undefined, cause: unknown): Failure {
  return new Failure("INTERRUPTED", {
    message: `interrupted after ${changesOf(tally)} changes, which stay as they are`,
    remedy: howToUndo(record, "run the script again to go on"),
    details: { changed: changesOf(tally), run: record?.run ?? null },
    cause,
  });
}

function cutShort(thrown: unknown, tally: Tally, record: ChangeRecord | undefined): unknown {
  const changed = changesOf(tally);
  if (!(thrown instanceof Failure) || changed === 0) return thrown;
  const { code, message, why, remedy, details } = thrown;
  return new Failure(code, {
    message: `${message}; ${changed} changes were made before`,
    why,
    remedy: howToUndo(record, remedy),
    details: { ...details, changed, run: record?.run ?? null },
    cause: thrown,
    exitCode: 5,
  });
}

function howToUndo(record: ChangeRecord | undefined, first: string): string {
  return record?.run === undefined
    ? first
    : `${first}, or put them back: ./scripts/fix-permissions.ts --undo ${record.run}`;
}
