import { Failure } from "../../sdk/core/errors/index.ts";

/** The Failure that something ends with; anything else that comes of it fails the test. */
export async function failureOf(attempt: Promise<unknown>): Promise<Failure> {
  const outcome = await attempt.catch((thrown: unknown) => thrown);
  if (outcome instanceof Failure) return outcome;
  if (outcome instanceof Error) throw outcome;
  throw new Error(`expected a Failure, not ${JSON.stringify(outcome)}`);
}
