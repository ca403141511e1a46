import { Failure } from "../../core/errors/index.ts";
import type { Environment, Release } from "../../core/release/index.ts";
import {
  type ComposeProject,
  type Container,
  compose,
  composeModel,
  containersOf,
  docker,
  runAgainstDaemon,
} from "../../systems/docker/index.ts";
import type { Staging, Work } from "../platform.ts";
import { publishAssets } from "./assets.ts";
import { assertMadeOf } from "./made-of.ts";
import { endLeftMigrations } from "./migrate.ts";
import { summarise } from "./observe.ts";
import { pinOverride, variables, withOverride } from "./override.ts";
import { answers } from "./probe.ts";
import { namesIn, untilAllReady } from "./ready.ts";
import { handedOver, type Replaced, replacing } from "./replaced.ts";
import { ownContainers, stop } from "./retire.ts";
import { startShared } from "./shared.ts";
import { labels, type Site, siteOfRelease } from "./site.ts";
import { commandOptions } from "./work.ts";

/**
 * Brings the environment up with the release, and waits until every service of it is ready. A way back brings up what
 * the release was made of; a deployment wants every service that is configured.
 *
 * @throws Failure SERVICE_UNHEALTHY, SERVICE_CRASHED, SHARED_NOT_STARTED, IMAGE_MISSING, DEADLINE_EXCEEDED
 */
export async function stage(
  site: Site,
  environment: Environment,
  release: Release,
  how: Staging,
  work: Work,
): Promise<void> {
  await Promise.all([
    startShared(site, work),
    endLeftMigrations(site, work),
    removeNeverStarted(site, environment, work),
  ]);
  const own = how === "anew" ? site : siteOfRelease(site, release);
  await bringUp(own, environment, release, how, work);
  await removeOthers(own, environment, release, work);
}

async function bringUp(
  site: Site,
  environment: Environment,
  release: Release,
  how: Staging,
  work: Work,
): Promise<void> {
  const { project } = site.values.environments[environment];
  const containers = await containersOf(project, commandOptions(work));
  const now = summarise(site.members(environment), containers);
  const isWhole = now.services.length === site.members(environment).length;
  const keeps = how === "as it is" && now.release === release.id && isWhole;
  if (keeps && (now.state === "ready" || now.state === "stopped")) {
    if (now.state === "stopped" || !(await answers(site, environment, work)))
      await startAgain(site, environment, release, work);
  } else {
    const before = site.replaced.get(environment);
    const asItWas = how === "as it is" && before?.release === release.id ? before : undefined;
    if (now.release !== undefined && asItWas === undefined) {
      const services = site.members(environment).map(({ composeService }) => composeService);
      site.replaced.set(environment, replacing(now.release, services, containers));
    }
    await recreate(site, environment, release, asItWas, work);
  }
  await Promise.all([untilAllReady(site, environment, work), publishAssets(site, environment, work)]);
}

/** What stands beside a release and is no part of it is of another one: of a service that it was made without, or that is not configured any more. */
async function removeOthers(
  site: Site,
  environment: Environment,
  release: Release,
  work: Work,
): Promise<void> {
  const all = await ownContainers(site, environment, work);
  const others = all.filter((container) => !isOf(container, site, environment, release));
  if (others.length === 0) return;
  await docker(["container", "rm", "--force", ...others.map(({ id }) => id)], commandOptions(work));
}

function isOf({ labels: own, service }: Container, site: Site, environment: Environment, { id }: Release) {
  return (
    site.members(environment).some(({ composeService }) => composeService === service) ||
    own[labels.release] === id
  );
}

/**
 * Containers that were created and never started are what a cut-off Compose leaves beside those that it was to replace.
 * Nothing of them is worth keeping, and their names and addresses are wanted.
 */
async function removeNeverStarted(site: Site, environment: Environment, work: Work): Promise<void> {
  const left = (await ownContainers(site, environment, work)).filter(({ status }) => status === "created");
  if (left.length === 0) return;
  // One that the daemon was just about to start, or has removed by now, is no reason to fail: what stands is looked at next.
  await runAgainstDaemon(
    ["docker", "container", "rm", "--force", ...left.map(({ id }) => id)],
    commandOptions(work),
  );
}

/**
 * Containers that stopped in good order hold what they need: starting them is the fastest way back. Those that run and
 * do not answer may be about to stop, told so by a run that was cut off: to stop them again waits until they have.
 */
async function startAgain(site: Site, environment: Environment, release: Release, work: Work): Promise<void> {
  work.note(`starting ${environment}`);
  await stop(site, environment, work);
  const all = await ownContainers(site, environment, work);
  const own = all.filter((container) => isOf(container, site, environment, release));
  await docker(["container", "start", ...own.map(({ id }) => id)], commandOptions(work));
}

async function recreate(
  site: Site,
  environment: Environment,
  release: Release,
  asItWas: Replaced | undefined,
  work: Work,
): Promise<void> {
  const members = site.members(environment);
  await assertMadeOf(release, members);
  const services = members.map(({ composeService }) => composeService);
  const kept = asItWas && handedOver(asItWas);
  const env = { ...kept?.env, ...variables(environment, release.id) };
  const pin = pinOverride(members, environment, release, kept?.environment);
  const on = await withOverride(site, site.project(environment), environment, pin);
  const alone = await reachesOutside(on, services, work, env);
  const flags = ["--detach", "--no-build", "--force-recreate", ...(alone ? ["--no-deps"] : [])];
  work.note(`creating ${environment}`);
  const completed = await compose(on, ["up", ...flags, ...services], { ...commandOptions(work), env });
  if (completed.exitCode === 0) return;
  const containers = await containersOf(on.project, commandOptions(work));
  const failed = containers.find(({ error, service }) => error !== "" && services.includes(service));
  const service = failed && namesIn(site, environment)(failed.service);
  throw new Failure("SERVICE_CRASHED", {
    message: `${service ?? environment} could not be started`,
    why: failed?.error ?? completed.stderr.trim().split("\n").slice(-4).join("\n"),
    remedy:
      failed === undefined
        ? "mend what Compose names here, in its files or on this host"
        : "read the diagnosis beside the log file",
    details: { service },
  });
}

/**
 * Whether a service depends on something that is not the environment's own. Compose would start, and perhaps replace,
 * that too: a shared database must not be touched by a deployment.
 */
async function reachesOutside(
  on: ComposeProject,
  services: readonly string[],
  work: Work,
  env: Record<string, string>,
): Promise<boolean> {
  const model = await composeModel(on, { ...commandOptions(work), env });
  const own = model.filter(({ name }) => services.includes(name));
  return own.some(({ dependsOn }) => dependsOn.some((name) => !services.includes(name)));
}
