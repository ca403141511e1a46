import { Failure } from "../../../sdk/core/errors/index.ts";
import { prepare } from "../prepare.ts";
import { type Deployed, deployProduction, type RolledBack } from "./deploy-production.ts";
import { type LoadResult, startUsers } from "./users.ts";

export interface Story {
  first: Deployed;
  second: Deployed;
  rollback: RolledBack;
  /** Milliseconds from the start of `--quick-rollback` to the first answer of the release before. */
  rollbackMs: number;
  load: LoadResult;
  frontDoor: string;
}

/** Long enough for users to be seen at work before and after what is shown. */
const aWhileMs = 1_000;
const between = 5;

/**
 * Deploys a first release, then a second one while users are at work, then takes it back, and counts what the users saw.
 *
 * @throws Failure of whatever deployment fails
 */
export async function tellStory(
  /** What the script is told beside what it is to do. */
  flags: readonly string[],
  say: (text: string) => void,
  now: Date,
  signal: AbortSignal,
): Promise<Story> {
  const { frontDoor } = await prepare();
  const stamp = now.toISOString().slice(5, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  const [one, two] = [`1-${stamp}`, `2-${stamp}`];

  say(`\n── release ${one} is deployed`);
  const first = await deployProduction<Deployed>([...flags, "--release", one], signal);

  say(
    `\n── users arrive at ${frontDoor}: requests, WebSockets and slow uploads, none of which is ever tried twice`,
  );
  await using users = startUsers(frontDoor);
  await Bun.sleep(aWhileMs);

  say(`\n── release ${two} is deployed under that load`);
  const second = await deployProduction<Deployed>([...flags, "--release", two], signal);

  say(`\n── something is wrong with release ${two}: --quick-rollback`);
  const started = performance.now();
  const rollingBack = deployProduction<RolledBack>([...flags, "--quick-rollback"], signal);
  const [rollbackMs, rollback] = await Promise.all([
    untilReleaseAnswers(frontDoor, one, started),
    rollingBack,
  ]);
  await Bun.sleep(aWhileMs);
  return { first, second, rollback, rollbackMs, load: await users.leave(), frontDoor };
}

async function untilReleaseAnswers(frontDoor: string, release: string, started: number): Promise<number> {
  const giveUpAt = started + 60_000;
  while (performance.now() < giveUpAt) {
    const answer = await fetch(frontDoor, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    if (answer?.headers.get("x-release") === release) return performance.now() - started;
    await Bun.sleep(between);
  }
  throw new Failure("SWITCH_NOT_PROVEN", {
    message: `release ${release} did not answer within a minute of --quick-rollback`,
    remedy: "look at the log of its deployment, which it has told",
  });
}
