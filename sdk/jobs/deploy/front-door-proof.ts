import { asFailure, Failure } from "../../core/errors/index.ts";
import type { Environment } from "../../core/release/index.ts";
import type { ProxyState, Work } from "../../platforms/index.ts";
import { frontDoorAddresses } from "./addresses.ts";
import type { Desk } from "./desk.ts";
import { assertProven, prove } from "./proof.ts";

const betweenProofsMs = 20;
/** So long before the deadline the waiting ends, so that there is time to say what was wrong. */
const lastWordMs = 1_000;
/** On a busy host a look may find nothing but slow answers: a judgement needs this many in a row. */
const fewestLooks = 3;

interface Limits {
  /** How long it may take in all. */
  limitMs?: number | undefined;
  /** How long a proxy that leads there may be seen to get bad answers, for a few looks in any case. */
  failingMs?: number | undefined;
}

/**
 * Asks until the proxy says that it sends requests there, and this release answers behind every address of the front
 * door, for as long as the limits allow. A proxy that is late, or is being restarted, is asked again.
 *
 * @throws Failure SWITCH_NOT_PROVEN, WRONG_RELEASE_ANSWERED, PROXY_DOWN, PROXY_DISAGREES
 */
export async function untilFrontDoorProves(
  desk: Pick<Desk, "configuration" | "platform">,
  environment: Environment,
  release: string | undefined,
  work: Work,
  { limitMs = work.deadlineMs, failingMs = Infinity }: Limits = {},
): Promise<void> {
  const { platform } = desk;
  const addresses = frontDoorAddresses(desk, release);
  const giveUpAt = performance.now() + Math.min(limitMs, work.deadlineMs) - lastWordMs;
  let failing = { since: 0, looks: 0 };
  for (;;) {
    const askedAt = performance.now();
    const [said, proofs] = await Promise.all([
      platform.proxy().catch(asFailure),
      prove(addresses, release, work.signal),
    ]);
    const leads = !(said instanceof Failure) && said.proxy === "up" && said.active === environment;
    if (leads && proofs.every(({ ok }) => ok)) return;
    failing = leads
      ? { since: failing.looks === 0 ? askedAt : failing.since, looks: failing.looks + 1 }
      : { since: 0, looks: 0 };
    const fails = failing.looks >= fewestLooks && performance.now() - failing.since >= failingMs;
    if (fails || performance.now() >= giveUpAt || work.signal.aborted) {
      // Without a proxy that answers, the proofs only say the same in other words.
      if (said instanceof Failure) throw said;
      if (said.proxy === "down") throw noProxy();
      // What another environment answers says nothing of this one.
      if (said.active !== environment) throw notLed(said, environment);
      return assertProven(proofs, "SWITCH_NOT_PROVEN");
    }
    await Bun.sleep(betweenProofsMs);
  }
}

function noProxy(): Failure {
  return new Failure("PROXY_DOWN", {
    message: "nothing answers where the proxy should be",
    remedy: "start it, or find out why it went: docker ps --all; read its log",
  });
}

function notLed({ active }: ProxyState, environment: Environment): Failure {
  return new Failure("PROXY_DISAGREES", {
    message: `the proxy does not send requests to ${environment}`,
    why: `it sends them to ${active}`,
    remedy: "see why: read the proxy's own log",
  });
}
