import { existsSync } from "node:fs";
import { Failure } from "../../core/errors/index.ts";
import { run, succeed } from "../../core/process/index.ts";

const deadlineMs = 30_000;

/**
 * Lets systemd read the times of timers. It knows fewer names of time zones than we do: none by its distance from UTC, and none
 * in another spelling than that of the machine's own list.
 *
 * @param units the texts of units
 * @throws Failure SCHEDULE_IMPOSSIBLE
 */
export async function assertCalendars(units: readonly string[]): Promise<void> {
  for (const [, calendar = ""] of units.flatMap((text) => [...text.matchAll(/^OnCalendar=(.*)$/gm)])) {
    const { exitCode, stderr } = await run(["systemd-analyze", "calendar", calendar], { deadlineMs });
    if (exitCode === 0) continue;
    throw new Failure("SCHEDULE_IMPOSSIBLE", {
      message: `systemd does not understand the time ${calendar}`,
      why: stderr.trim(),
      remedy: "write the time zone as `timedatectl list-timezones` does, such as Europe/Prague",
    });
  }
}

/**
 * Which of these timers systemd does not run now, or would not run after a restart of the machine: somebody stopped, disabled
 * or masked them, or they were never started.
 *
 * @param scope nothing for the system's own, `--user` for those of the user
 */
export async function notRunning(timers: readonly string[], scope: readonly string[]): Promise<string[]> {
  const [active, enabled] = await Promise.all([
    states("is-active", timers, scope),
    states("is-enabled", timers, scope),
  ]);
  return timers.flatMap((timer) => {
    const is = active.get(timer) ?? "unknown to systemd";
    if (is !== "active") return [`${timer} is ${is}: it starts nothing`];
    const will = enabled.get(timer) ?? "not enabled";
    return will === "enabled"
      ? []
      : [`${timer} is ${will}: it starts nothing after the machine has restarted`];
  });
}

/** systemctl says a word for each unit; its exit code says only whether all of them are the wanted one. */
async function states(
  question: "is-active" | "is-enabled",
  timers: readonly string[],
  scope: readonly string[],
): Promise<Map<string, string>> {
  const told = await Promise.all(
    timers.map(async (timer) => {
      const { stdout } = await run(["systemctl", ...scope, question, timer], { deadlineMs });
      return [timer, stdout.trim()] as const;
    }),
  );
  return new Map(told.filter(([, state]) => state !== ""));
}

const lingerers = "/var/lib/systemd/linger";

/** Why this user's timers end; undefined where they go on when nobody is logged in (loginctl(1), enable-linger). */
export async function endsWithLogin(): Promise<string | undefined> {
  const user = (await succeed(["id", "-un"], { deadlineMs })).trim();
  if (existsSync(`${lingerers}/${user}`)) return undefined;
  return `the timers of ${user} run only while ${user} is logged in: loginctl enable-linger ${user}`;
}
