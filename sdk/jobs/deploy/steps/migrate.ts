import { Failure } from "../../../core/errors/index.ts";
import type { Deployment } from "../deployment.ts";
import { done, notConfigured, type Step, skipped } from "../step.ts";

/**
 * Applies the pending migrations once, with the new release and its variables. They are not put back: the old release
 * has to live with them, so those that it can't live with are asked about first.
 */
export const migrate: Step = {
  name: "migrate",
  run: async (deployment, work) => {
    const { configuration, course, findings, platform } = deployment;
    const { database } = configuration;
    if (database.mode === "none" || database.migrations === undefined)
      return notConfigured("no migrations are configured");
    const before = await platform.migrations(course.to, work);
    const pending = before?.filter(({ applied }) => !applied);
    if (pending?.length === 0) return skipped("nothing is pending");
    const breaking = pending?.filter(({ breaksPrevious }) => breaksPrevious).map(({ id }) => id) ?? [];
    if (breaking.length > 0 && course.fromRuns) await confirmBreaking(breaking, deployment);
    if (pending !== undefined) work.note(`applying ${pending.map(({ id }) => id).join(", ")}`);
    // Known, and written down, before it runs: one that fails or is cut off may have applied some of them.
    const earlier = findings.migrations ?? { applied: [], breaking: [] };
    findings.migrations = {
      applied: [...new Set([...earlier.applied, ...(pending?.map(({ id }) => id) ?? [])])],
      breaking: [...new Set([...earlier.breaking, ...breaking])],
    };
    deployment.journal.append({ kind: "migrating", ...findings.migrations });
    await platform.migrate(course.to, work);
    return done(pending === undefined ? "applied" : `applied ${pending.map(({ id }) => id).join(", ")}`);
  },
};

async function confirmBreaking(
  breaking: readonly string[],
  { confirm, options, report, course }: Deployment,
): Promise<void> {
  const named = breaking.join(", ");
  const serving = course.serving ?? `in ${course.from}`;
  report.warn(`release ${serving} cannot work once ${named} is applied, and serves until the switch`);
  if (options.yes || options.force) return;
  if (await confirm(`apply ${named} while release ${serving} serves?`)) return;
  throw new Failure("INTERRUPTED", {
    message: "the breaking migration was declined",
    remedy: "split the change: first add, then deploy, then remove with a later release",
  });
}
