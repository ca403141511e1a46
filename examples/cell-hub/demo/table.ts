import type { Story } from "./story.ts";

export interface Row extends Readonly<Record<string, string | number>> {
  what: string;
  figure: string;
}

/** The story as a table: what happened, how long each part took, and what the users noticed. */
export function rowsOf({ first, second, rollback, rollbackMs, load }: Story): Row[] {
  const row = (what: string, figure: string): Row => ({ what, figure });
  const steps = second.steps
    .filter(({ outcome }) => outcome !== "not configured")
    .map(({ step, outcome, seconds }) => row(`  ${step}`, outcome === "done" ? inSeconds(seconds) : outcome));
  const { sockets, uploads } = load;
  return [
    row(`release ${first.course.release} deployed to ${first.course.to}`, inSeconds(first.seconds)),
    row(
      `release ${second.course.release} deployed to ${second.course.to}, under load`,
      inSeconds(second.seconds),
    ),
    ...steps,
    row("switch, from the marker to the proof at the front door", `${Math.round(second.switchMs ?? 0)} ms`),
    row(
      `back to release ${rollback.course.release}: from typing it to its first answer`,
      `${Math.round(rollbackMs)} ms`,
    ),
    row("requests sent", String(load.sent)),
    row("requests dropped, or answered with an error", String(load.socketErrors + load.non2xx)),
    row("longest time without any answer", `${Math.round(load.longestGapMs)} ms`),
    row("slow uploads confirmed / lost", `${uploads.confirmed} / ${uploads.lost}`),
    row("WebSockets opened / cut off", `${sockets.opened} / ${sockets.unexpectedCloses}`),
  ];
}

function inSeconds(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}
