import type { Colors } from "../../core/cli/index.ts";
import { type Environment, environments, other } from "../../core/release/index.ts";
import type { HistoryRecord } from "../deploy/index.ts";
import { minuteOf, since } from "./ages.ts";
import { columns } from "./columns.ts";
import type { EnvironmentStatus, ServiceStatus, Status } from "./status.ts";

/** A status as a person reads it, line by line. */
export function render(status: Status, colors: Colors, now: Date): string[] {
  const { active } = status;
  const order = active === undefined ? environments : [active, other(active)];
  return [
    ...headline(status, colors),
    ...status.unseen.flatMap(({ what, message, remedy }) => [
      colors.yellow(`could not look at ${what}: ${oneLine(message)}`),
      `  fix: ${oneLine(remedy)}`,
    ]),
    "",
    ...order.flatMap((name) => environmentLines(name, status, colors, now)),
    ...columns(facts(status, colors, now)),
    "",
    ...deploymentLines(status.deployments, colors),
  ];
}

function headline(status: Status, colors: Colors): string[] {
  const { project, problems } = status;
  const { text, tint } = verdict(status);
  const first = colors.bold(colors[tint](`${project}: ${text}`));
  return [first, ...problems.map((problem) => `  ${oneLine(problem)}`)];
}

function verdict({ serves, active, environments, problems }: Status): {
  text: string;
  tint: "green" | "yellow" | "red";
} {
  if (active === undefined) return { text: "it is not known what serves", tint: "red" };
  const { release } = environments[active];
  const what = release === undefined ? "" : ` release ${release}`;
  if (serves) return { text: `${active} serves${what}`, tint: "green" };
  if (problems.length > 0) return { text: `${active} does not serve${what}`, tint: "red" };
  return { text: `${active} answers${what}, but its containers could not be looked at`, tint: "yellow" };
}

function environmentLines(
  name: Environment,
  { active, environments, bad }: Status,
  colors: Colors,
  now: Date,
): string[] {
  const environment = environments[name];
  const role = active === undefined ? "" : name === active ? "active" : "idle";
  const release = environment.release === undefined ? "" : `release ${environment.release}`;
  const warm =
    role === "idle" && environment.warm ? colors.green("warm: it can take the traffic at once") : "";
  const known = environment.release !== undefined && bad.includes(environment.release);
  const given = known ? colors.yellow("it failed before, or was rolled back from") : "";
  const title = [colors.bold(name), role, tinted(environment.state, colors), release, warm, given];
  const rows = environment.services.map((service) => serviceRow(service, environment, colors, now));
  const heads = ["SERVICE", "STATE", "UP", "RESTARTS", "ANSWERS"].map((head) => colors.dim(head));
  return [title.filter((part) => part !== "").join("  "), ...columns([heads, ...rows], "  "), ""];
}

function serviceRow(
  service: ServiceStatus,
  { release }: EnvironmentStatus,
  colors: Colors,
  now: Date,
): string[] {
  const { name, state, restarts = "" } = service;
  const up = service.since === undefined ? "" : since(service.since, now);
  const again = restarts === "" || restarts === 0 ? String(restarts) : colors.yellow(String(restarts));
  const stray =
    service.release !== undefined && service.release !== release
      ? colors.yellow(`release ${service.release}; `)
      : "";
  return [name, tinted(state, colors), up, again, stray + answers(service, colors)];
}

function answers({ state, direct, frontDoor }: ServiceStatus, colors: Colors): string {
  const wrong = [direct, frontDoor].find((answer) => answer?.ok === false);
  if (wrong === undefined) return direct === undefined ? "" : colors.green("yes");
  const idle = state === "absent" || state === "stopped";
  return idle ? "no" : colors.red(`no: ${oneLine(wrong.summary)}`);
}

function tinted(state: ServiceStatus["state"] | EnvironmentStatus["state"], colors: Colors): string {
  switch (state) {
    case "ready":
      return colors.green(state);
    case "starting":
    case "partial":
    case "unknown":
      return colors.yellow(state);
    case "unhealthy":
      return colors.red(state);
    case "absent":
    case "stopped":
      return colors.dim(state);
  }
}

function facts(status: Status, colors: Colors, now: Date): string[][] {
  const { proxy, lastGood, bad, running, unfinished } = status;
  const rows = [
    ["proxy", proxy === "up" ? colors.green("up") : colors.red(proxy)],
    ["last good", lastGood === undefined ? "none yet" : `release ${lastGood}`],
    ["rollback", rollbackText(status, colors)],
    ["bad", bad.length === 0 ? "none" : bad.join(", ")],
  ];
  if (running !== undefined) {
    const { command, doing, pid, release } = running;
    const what = release === undefined ? "" : ` with release ${release}`;
    const text = `${command}${what} for ${since(running.since, now)}, doing: ${doing} (process ${pid})`;
    rows.push(["running", colors.cyan(oneLine(text))]);
  }
  if (unfinished !== undefined) {
    const { command, release, startedAt, lastStep = "its beginning", remedy } = unfinished;
    rows.push(
      [
        "unfinished",
        colors.yellow(
          `a ${command} of release ${release}, begun ${minuteOf(startedAt)}, was cut off in ${lastStep}`,
        ),
      ],
      ...remedy.split("; ").map((line, index) => [index === 0 ? "  what to do" : "", line]),
    );
  }
  return rows;
}

function rollbackText({ rollback, active }: Status, colors: Colors): string {
  if (rollback === undefined) return "there is no release to go back to";
  const { release, environment, instant, startable, breaking, insteadOf } = rollback;
  const where = environment === undefined || active === undefined ? "" : ` in ${environment}`;
  const started = startable === false ? colors.red("which cannot be started: its images are gone") : later;
  const how = instant ? "at once" : started;
  const instead =
    insteadOf === undefined
      ? ""
      : colors.yellow(`; release ${insteadOf}, the last good one, cannot be started: its images are gone`);
  const may = insteadOf === undefined ? "cannot" : "may not be able to";
  const blocked =
    breaking.length === 0
      ? ""
      : colors.red(
          `; blocked by ${breaking.join(", ")}, which it ${may} work with (--force goes back all the same)`,
        );
  return `to release ${release}${where}, ${how}${instead}${blocked}`;
}

const later = "after it has been started";

function deploymentLines(deployments: readonly HistoryRecord[], colors: Colors): string[] {
  if (deployments.length === 0) return ["nothing was deployed yet: ./scripts/deploy-production.ts"];
  const hasBackups = deployments.some(({ backup }) => backup !== undefined);
  const names = ["DEPLOYMENTS", "OUTCOME", "RELEASE", "IN", "TOOK", ...(hasBackups ? ["BACKUP"] : []), "WHY"];
  const heads = names.map((head) => colors.dim(head));
  const rows = deployments.map(({ at, outcome, release, environment, seconds, backup, reason, code }) => {
    const why = [code, reason].filter((part) => part !== undefined).join(": ");
    return [
      minuteOf(at),
      outcomeText(outcome, colors),
      release,
      environment,
      `${seconds.toFixed(1)} s`,
      ...(hasBackups ? [backup ?? ""] : []),
      oneLine(why),
    ];
  });
  return columns([heads, ...rows]);
}

function outcomeText(outcome: HistoryRecord["outcome"], colors: Colors): string {
  switch (outcome) {
    case "deployed":
    case "rolled-back":
      return colors.green(outcome);
    case "failed":
      return colors.red(outcome);
    case "aborted":
    case "interrupted":
      return colors.yellow(outcome);
  }
}

/** What others wrote, as one line that cannot move the cursor. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\s]+/gu, " ").trim();
}
