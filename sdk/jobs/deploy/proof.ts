import { Failure } from "../../core/errors/index.ts";
import type { DirectAddress } from "../../platforms/index.ts";
import { type Answer, ask } from "../../systems/http/index.ts";

export interface Proof {
  service: string;
  ok: boolean;
  /** What was wrong, or what was seen. */
  summary: string;
  /** Whether something answered well, but was another release. */
  wrongRelease: boolean;
  latencyMs: number;
}

/**
 * Asks every address once, side by side, and judges whether this very release answered, and answered well. Without a
 * release it is enough that something answers well.
 */
export function prove(
  addresses: readonly DirectAddress[],
  release: string | undefined,
  signal?: AbortSignal,
): Promise<Proof[]> {
  return Promise.all(
    addresses.map(async (address) => {
      const { health, timeoutMs, caFile } = address;
      const answer = await ask(health, { timeoutMs, caFile, signal });
      return judge(address, answer, release);
    }),
  );
}

const mostLooks = 3;
const betweenLooksMs = 100;

/** One slow answer or one lost packet judges no release: what is not proven is asked again, unless another release answers. */
export async function proveWithPatience(
  addresses: readonly DirectAddress[],
  release: string | undefined,
  signal?: AbortSignal,
): Promise<Proof[]> {
  for (let looks = 1; ; looks += 1) {
    const proofs = await prove(addresses, release, signal);
    const isSaid = proofs.every(({ ok }) => ok) || proofs.some(({ wrongRelease }) => wrongRelease);
    if (isSaid || looks === mostLooks || signal?.aborted) return proofs;
    await Bun.sleep(betweenLooksMs);
  }
}

/**
 * Which release those say they are who can say; undefined when nobody answers, or they do not agree.
 *
 * @param withinMs the longest that one which hangs is waited for
 */
export async function answeredRelease(
  addresses: readonly DirectAddress[],
  withinMs = Infinity,
): Promise<string | undefined> {
  const answers = await Promise.all(
    addresses.map(async ({ health, timeoutMs, caFile, releaseHeader }) => {
      const answer = await ask(health, { timeoutMs: Math.min(timeoutMs, withinMs), caFile });
      return answer.ok && releaseHeader !== undefined ? answer.headers.get(releaseHeader) : null;
    }),
  );
  const [release, ...others] = new Set(answers.filter((answer) => answer !== null));
  return others.length === 0 ? release : undefined;
}

/** What one answer proves about one address. */
export function judge(address: DirectAddress, answer: Answer, release: string | undefined): Proof {
  const { service, health, releaseHeader } = address;
  const verdict = (ok: boolean, summary: string, wrongRelease = false): Proof => ({
    service,
    ok,
    summary,
    wrongRelease,
    latencyMs: answer.latencyMs,
  });
  if (!answer.ok) return verdict(false, `${service} does not answer at ${health}: ${answer.reason}`);
  if (answer.status < 200 || answer.status >= 300) {
    const said = answer.body.slice(0, 200).trim();
    return verdict(
      false,
      `${service} answers ${answer.status} at ${health}${said === "" ? "" : `: ${said}`}`,
    );
  }
  if (releaseHeader === undefined || release === undefined) return verdict(true, `${service} answers`);
  const answered = answer.headers.get(releaseHeader);
  if (answered === release) return verdict(true, `${service} answers as release ${release}`);
  const summary =
    answered === null
      ? `${service} answers at ${health} without the header ${releaseHeader}, so which release it is stays unknown`
      : `${service} answers at ${health} as release ${answered}, not ${release}`;
  return verdict(false, summary, true);
}

const pastTheProxy =
  "past the proxy it answered, so look at the way there: ./scripts/pre-deployment-check.ts --only proxy-reach,proxy-config";

/**
 * Turns proofs that failed into the error that names them.
 *
 * @param alsoSeen what else was found wrong, which may be the cause
 * @throws Failure WRONG_RELEASE_ANSWERED, or the given code
 */
export function assertProven(
  proofs: readonly Proof[],
  code: "VERIFY_FAILED" | "SWITCH_NOT_PROVEN",
  alsoSeen: readonly string[] = [],
): void {
  const failed = proofs.filter(({ ok }) => !ok);
  const [first] = failed;
  if (first === undefined) return;
  throw new Failure(first.wrongRelease ? "WRONG_RELEASE_ANSWERED" : code, {
    message: first.summary,
    why: [...failed.slice(1).map(({ summary }) => summary), ...alsoSeen].join("\n") || undefined,
    remedy: first.wrongRelease
      ? "build the release's id into its images (build argument SWITCHOVER_RELEASE) and answer with it"
      : `${code === "SWITCH_NOT_PROVEN" ? `${pastTheProxy}; ` : ""}read the service's last lines in the diagnosis beside the log file`,
    details: { service: first.service },
  });
}
