import type { Configuration } from "../../core/config/index.ts";
import { asFailure, type Failure } from "../../core/errors/index.ts";
import { type LockHolder, readLockHolder } from "../../core/lock/index.ts";
import type { Environment } from "../../core/release/index.ts";
import type { DirectAddress, EnvironmentStates, Platform, ProxyState } from "../../platforms/index.ts";
import { type Answer, ask } from "../../systems/http/index.ts";
import { type HistoryRecord, readHistory, storeOf, type Unfinished, unfinishedRun } from "../deploy/index.ts";

/** What a look gave, or why it gave nothing. */
export type Look<T> = { seen: T; failure?: undefined } | { seen?: undefined; failure: Failure };

/** What one address answered. */
export interface Heard {
  address: DirectAddress;
  answer: Answer;
}

/** Everything that a status is made of, as it was found. */
export interface Looks {
  proxy: Look<ProxyState>;
  environments: Look<EnvironmentStates>;
  direct: Readonly<Record<Environment, readonly Heard[]>>;
  frontDoor: readonly Heard[];
  history: Look<readonly HistoryRecord[]>;
  unfinished: Look<Unfinished | undefined>;
  holder: Look<LockHolder | undefined>;
}

/** A person waits: a daemon that is away is not waited for, and one that hangs not for long. */
const patience = { patienceMs: 0, deadlineMs: 5_000 };
const askForAtMostMs = 2_000;

/** Looks at everything, side by side. It changes nothing and takes no lock; a look that fails costs the others nothing. */
export async function look(configuration: Configuration, platform: Platform): Promise<Looks> {
  const store = storeOf(configuration);
  const [proxy, environments, blue, green, frontDoor] = await Promise.all([
    attempt(() => platform.proxy()),
    attempt(() => platform.environments(patience)),
    askAll(platform.direct("blue")),
    askAll(platform.direct("green")),
    askAll(platform.frontDoor()),
  ]);
  const [history, unfinished, holder] = await Promise.all([
    attempt(() => readHistory(store.history)),
    attempt(() => unfinishedRun({ configuration })),
    attempt(() => readLockHolder(configuration.state("lock"))),
  ]);
  return { proxy, environments, direct: { blue, green }, frontDoor, history, unfinished, holder };
}

function askAll(addresses: readonly DirectAddress[]): Promise<Heard[]> {
  return Promise.all(
    addresses.map(async (address) => ({
      address,
      answer: await ask(address.health, {
        timeoutMs: Math.min(address.timeoutMs, askForAtMostMs),
        caFile: address.caFile,
      }),
    })),
  );
}

async function attempt<T>(act: () => T | Promise<T>): Promise<Look<T>> {
  try {
    return { seen: await act() };
  } catch (thrown) {
    return { failure: asFailure(thrown) };
  }
}
