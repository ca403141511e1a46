import type { Configuration } from "../sdk/core/config/index.ts";
import { type Environment, environments, releaseToCome } from "../sdk/core/release/index.ts";
import { addedChecks } from "./configured/added.ts";
import { assertNamesChecks, configured } from "./configured/apply.ts";
import { placeholdersOf } from "./configured/placeholders.ts";
import type { BoundCheck } from "./define.ts";
import { afterOnDockerHost } from "./sets/after.ts";
import { beforeOnDockerHost, throughDockerHost } from "./sets/docker-host.ts";

type When = "before" | "after" | "frontDoor";

/**
 * Everything that could make a deployment to this environment fail, looked at before anything changes.
 *
 * @throws Failure CONFIG_INVALID for what the configuration's `checks` says wrong, of the later sets too: once a release
 *   has been staged it is late to hear of that.
 */
export async function preDeploymentChecks(
  configuration: Configuration,
  target: Environment,
): Promise<BoundCheck[]> {
  const sets = environments.flatMap((environment) =>
    (["before", "after", "frontDoor"] as const).map((when) =>
      wholeSet(when, configuration, environment, when === "before" ? undefined : releaseToCome),
    ),
  );
  const everything = (await Promise.all(sets)).flat();
  assertNamesChecks(configuration, everything);
  configured(everything, configuration);
  return configured(await wholeSet("before", configuration, target, undefined), configuration);
}

/** Whether the environment that was brought up can take the traffic, as this release: addressed past the proxy. */
export async function postDeploymentChecks(
  configuration: Configuration,
  target: Environment,
  release: string,
): Promise<BoundCheck[]> {
  return configured(await wholeSet("after", configuration, target, release), configuration);
}

/** Whether the environment that serves does so, as this release, for those who come through the front door. */
export async function frontDoorChecks(
  configuration: Configuration,
  target: Environment,
  release: string,
): Promise<BoundCheck[]> {
  return configured(await wholeSet("frontDoor", configuration, target, release), configuration);
}

/** What belongs to a deployment by itself, and what the configuration adds. */
async function wholeSet(
  when: When,
  configuration: Configuration,
  target: Environment,
  release: string | undefined,
): Promise<BoundCheck[]> {
  const values = placeholdersOf(configuration, target, release);
  const added = await addedChecks(configuration.checks[when], `checks.${when}`, values, configuration);
  return [...ownSet(when, configuration, target, release ?? releaseToCome), ...added];
}

function ownSet(
  when: When,
  configuration: Configuration,
  target: Environment,
  release: string,
): BoundCheck[] {
  const { platform } = configuration;
  switch (when) {
    case "before":
      return beforeOnDockerHost(configuration, platform, target);
    case "after":
      return afterOnDockerHost(configuration, platform, target, release);
    case "frontDoor":
      return throughDockerHost(configuration, platform, release);
  }
}
