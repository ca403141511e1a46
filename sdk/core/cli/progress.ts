import type { Colors } from "./colors.ts";
import { clockTime, duration } from "./times.ts";

export type StepOutcome = "done" | "skipped" | "failed" | "not configured" | "undone";

/** Shows how a sequence of steps goes on: live at a terminal, in plain lines elsewhere. */
export interface Progress extends Disposable {
  begin(step: string): void;
  /** Says more about a step that is running. */
  note(step: string, text: string): void;
  end(step: string, outcome: StepOutcome, seconds: number, detail?: string): void;
}

/** What of a run's voice it speaks with. */
export interface ProgressIo {
  say(text: string): void;
  verbose(text: string): void;
  /** Shows live lines under what is said. */
  status(text: string | undefined): void;
  /** Says what is being done, for whoever interrupts it. */
  doing(what: string | undefined): void;
  readonly live: boolean;
  readonly colors: Colors;
}

interface Running {
  step: string;
  since: number;
  note: string;
  /** What was not begun as a step ends with the next thing that does: a run that is put back, or brought to its end. */
  begun: boolean;
}

const refreshMs = 200;
const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** @param clock milliseconds since the epoch */
export function createProgress(io: ProgressIo, clock: () => number = Date.now): Progress {
  let running: Running | undefined;
  let ticker: ReturnType<typeof setInterval> | undefined;
  const draw = () => io.status(running === undefined ? undefined : liveLine(running, clock()));
  const stop = () => {
    clearInterval(ticker);
    ticker = undefined;
    running = undefined;
    io.doing(undefined);
    io.status(undefined);
  };
  const show = (step: string, begun: boolean) => {
    stop();
    running = { step, since: clock(), note: "", begun };
    io.doing(step);
    if (!io.live) return;
    draw();
    ticker = setInterval(draw, refreshMs).unref();
  };
  return {
    begin(step) {
      show(step, true);
      if (!io.live) io.verbose(`${clockTime(clock())} ${step} …`);
    },
    note(step, text) {
      if (running?.begun !== true && running?.step !== step) show(step, false);
      if (running?.step === step && running.note === text) return;
      if (running?.step === step) running.note = text;
      if (io.live) draw();
      else io.say(`${clockTime(clock())} ${step}: ${text}`);
    },
    end(step, outcome, seconds, detail) {
      if (running?.step === step || running?.begun === false) stop();
      const line = io.live
        ? fixedLine(io, step, outcome, seconds, detail)
        : plainLine(clock(), step, outcome, seconds, detail);
      io.say(line);
    },
    [Symbol.dispose]: stop,
  };
}

function liveLine({ step, since, note }: Running, now: number): string {
  const frame = frames[Math.floor((now - since) / refreshMs) % frames.length] ?? "";
  return `${frame} ${step}  ${duration(Math.floor((now - since) / 1000))}${note === "" ? "" : `  ${note}`}`;
}

function fixedLine(
  { colors }: ProgressIo,
  step: string,
  outcome: StepOutcome,
  seconds: number,
  detail = "",
): string {
  const marks: Record<StepOutcome, string> = {
    done: colors.green("✓"),
    skipped: colors.dim("–"),
    "not configured": colors.dim("·"),
    failed: colors.red("✗"),
    undone: colors.yellow("↩"),
  };
  const said = outcome === "done" ? "" : `${outcome}  `;
  const tail = detail === "" ? "" : colors.dim(`  ${detail}`);
  return `${marks[outcome]} ${step}  ${said}${colors.dim(duration(seconds))}${tail}`;
}

function plainLine(now: number, step: string, outcome: StepOutcome, seconds: number, detail = ""): string {
  return `${clockTime(now)} ${step} … ${outcome} ${duration(seconds)}${detail === "" ? "" : `  ${detail}`}`;
}
