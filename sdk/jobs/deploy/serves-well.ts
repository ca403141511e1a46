import { directAddresses, frontDoorAddresses } from "./addresses.ts";
import type { Course } from "./course.ts";
import type { Desk } from "./desk.ts";
import { proveWithPatience } from "./proof.ts";

/** Whether the release that the run was about answers where it was brought up, past the proxy. */
export async function answersWell(desk: Desk, { to, release }: Course): Promise<boolean> {
  const proofs = await proveWithPatience(directAddresses(desk, to, release), release, desk.signal);
  return proofs.length > 0 && proofs.every(({ ok }) => ok);
}

/** Whether a release is the one that answers its users, at the front door. */
export async function serves(desk: Desk, release: string): Promise<boolean> {
  const proofs = await proveWithPatience(frontDoorAddresses(desk, release), release, desk.signal);
  return proofs.length > 0 && proofs.every(({ ok }) => ok);
}

/** What speaks against giving the traffic back to the environment that had it; undefined when it runs well. */
export async function unfitToReturn(
  desk: Desk,
  { from, fromRuns, serving }: Course,
): Promise<string | undefined> {
  if (!fromRuns) return `nothing ran in ${from}`;
  const proofs = await proveWithPatience(directAddresses(desk, from, serving), serving, desk.signal);
  return proofs.find(({ ok }) => !ok)?.summary;
}
