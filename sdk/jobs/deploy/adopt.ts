import { isReleaseId, type Release } from "../../core/release/index.ts";
import type { EnvironmentState, Observation } from "../../platforms/index.ts";
import { type Desk, storeOf } from "./desk.ts";
import { appendHistory } from "./history.ts";
import { answeredRelease, prove } from "./proof.ts";

/**
 * Takes up what serves and was not put there by Switchover, so that a rollback can lead back to it: pinned to the images
 * that it runs from, under the id that it answers with. What cannot say which release it is could never be proven, and
 * is left as it is. Gives the release's id.
 */
export async function adopt(
  desk: Desk,
  { active, environments }: Observation,
  run: string,
): Promise<string | undefined> {
  const serving = environments[active];
  if (serving.release !== undefined || serving.state !== "ready") return undefined;
  const id = await answeredRelease(desk.platform.direct(active));
  const release = id !== undefined && isReleaseId(id) ? pinned(id, serving) : undefined;
  if (release === undefined) return undefined;
  const proofs = await prove(desk.platform.direct(active), release.id);
  if (!proofs.every(({ ok }) => ok)) return undefined;
  const store = storeOf(desk.configuration);
  if (store.releases.find(release.id) !== undefined) return release.id;
  store.releases.save(release);
  const record = {
    run: `${run}-found`,
    at: release.createdAt,
    outcome: "deployed",
    environment: active,
  } as const;
  const reason = "found serving, and taken up";
  appendHistory(
    store.history,
    { ...record, release: release.id, seconds: 0, reason, steps: [] },
    desk.redact,
  );
  return release.id;
}

/**
 * The release that serves where its containers do not all say which it is: it is known here, and what answers says so. One
 * that was brought up without the label of its services lacks what was configured since.
 */
export async function knownByAnswer(
  desk: Desk,
  { active, environments }: Observation,
): Promise<string | undefined> {
  const { release, state } = environments[active];
  if (release !== undefined || state === "absent" || state === "stopped") return undefined;
  const id = await answeredRelease(desk.platform.direct(active));
  if (id === undefined || !isReleaseId(id)) return undefined;
  return storeOf(desk.configuration).releases.find(id)?.id;
}

function pinned(id: string, { services }: EnvironmentState): Release | undefined {
  const images = services.flatMap(({ name, image }) => (image === undefined ? [] : [[name, image] as const]));
  if (images.length < services.length) return undefined;
  return { id, createdAt: new Date().toISOString(), images: Object.fromEntries(images) };
}
