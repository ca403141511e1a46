import { join } from "node:path";
import type { OptionValues } from "#commander";
import { asFailure, exitCodes, type Failure } from "../errors/index.ts";
import { createRedactor, openRunLog, type Redactor, type RunLog, silentRunLog } from "../log/index.ts";
import { endChildren } from "../process/index.ts";
import { announcing, type RunEnd } from "./announcing.ts";
import type { CommandLine } from "./command-line.ts";
import type { Outcome, ScriptDescription } from "./description.ts";
import { createEnder, type Ender } from "./ender.ts";
import { afterInterrupt, cleanupTimedOut, noResult, stoppedAtOnce } from "./failures.ts";
import { listenForFaults } from "./faults.ts";
import { type Interrupts, listenForInterrupts } from "./interrupts.ts";
import { createIo, type Io } from "./io.ts";
import { withOwnCommands } from "./own-commands.ts";
import { configPathIn, logsOf, projectDirectoryOf } from "./project.ts";
import { openTerminal, type Terminal } from "./terminal.ts";
import { workingDirectory } from "./working-directory.ts";

const defaultCleanupMs = 120_000;
const lingerMs = 2_000;

/** Runs a script whose command line has been read, and reports what came of it: exactly once, however it ends. */
export async function runInFrame<Args extends unknown[], Flags extends OptionValues>(
  script: ScriptDescription<Args, Flags>,
  line: Extract<CommandLine<Args, Flags>, { kind: "run" }>,
  startedAt: Date,
): Promise<void> {
  const project = script.projectDirectory ?? projectDirectoryOf(Bun.main);
  const { args } = line;
  const flags = { ...line.flags, config: configPathIn(project, line.flags.config) };
  const terminal = openTerminal(flags.color);
  const redactor = withOwnCommands(createRedactor(), {
    project,
    workingDirectory: workingDirectory(),
    configuration: line.flags.config && flags.config,
  });
  const logName = typeof script.logName === "function" ? script.logName(...args) : script.logName;
  const log = openLog(logName, logsOf(project, flags.config), redactor, terminal);
  const { json, verbose } = flags;
  const ender = createEnder({ command: script.name, startedAt, json, verbose, terminal, redactor, log });
  log.info(`${script.name} begins`, { argv: process.argv.slice(2), pid: process.pid, project });

  const { promise: givenUp, reject: giveUp } = Promise.withResolvers<never>();
  const stage: Stage = {
    giveUp,
    givenUp,
    ender,
    terminal,
    log,
    cleanupMs: script.cleanupMs ?? defaultCleanupMs,
    changes: script.changes ?? true,
    doing: undefined,
  };
  const interrupts = listen(stage);
  const { signal } = interrupts;
  const doing = (what: string | undefined) => {
    stage.doing = what;
  };
  const io = createIo({
    flags,
    terminal,
    log,
    redactor,
    signal,
    project,
    keepResult: ender.keepResult,
    unprinted: ender.unprinted,
    doing,
  });
  const tellOfTheEnd = announcing(async () => script.announce?.(flags, io, args), log);
  const { failure, remarks } = await runToItsEnd(
    async () => script.run(flags, io, ...args),
    stage,
    interrupts,
    io,
  );
  interrupts[Symbol.dispose]();
  const exitCode = ender.exitCode() ?? exitCodes.failedAndPutBack;
  await tellOfTheEnd({ exitCode, failure, remarks, seconds: (Date.now() - startedAt.getTime()) / 1000 });
  log.close();
  leaveSoon();
}

/** What the handlers of signals and faults need to know of the run. */
interface Stage {
  ender: Ender;
  terminal: Terminal;
  log: RunLog;
  cleanupMs: number;
  changes: boolean;
  doing: string | undefined;
  /** Ends a run that does not end by itself, as a failure like any other: others are told of it too. */
  giveUp: (failure: Failure) => void;
  givenUp: Promise<never>;
}

async function runToItsEnd(
  run: () => Promise<Outcome>,
  stage: Stage,
  interrupts: Interrupts,
  io: Io,
): Promise<Pick<RunEnd, "failure" | "remarks">> {
  const { ender } = stage;
  process.once("beforeExit", () => stage.giveUp(noResult(stage.doing)));
  using faults = listenForFaults((failure) => {
    stage.log.critical("an error that nobody caught", { message: failure.message });
    interrupts.abort(failure);
  });
  let thrown: Failure | undefined;
  let outcome: Outcome | undefined;
  try {
    outcome = await Promise.race([run(), stage.givenUp]);
  } catch (error) {
    const failure = asFailure(error);
    thrown = interrupts.signal.aborted ? afterInterrupt(failure) : failure;
  }
  await endChildren();
  const failure = thrown?.code === "CLEANUP_TIMED_OUT" ? thrown : (faults.first() ?? thrown);
  if (failure !== undefined) ender.fail(failure);
  else if (outcome !== undefined) ender.succeed(outcome, io);
  return { failure, remarks: failure === undefined ? outcome?.remarks : undefined };
}

function listen(stage: Stage): Interrupts {
  const { ender, terminal, log, cleanupMs } = stage;
  const leaveNow = (failure: Failure) => {
    ender.fail(failure);
    void endChildren(0);
    // What was written has been written: nothing is queued that this could cut off.
    process.exit(failure.exitCode);
  };
  return listenForInterrupts(cleanupMs, {
    first(signal) {
      const at = stage.doing === undefined ? "" : ` at ${stage.doing}`;
      log.warn(`interrupted by ${signal}${at}`);
      if (!stage.changes) return;
      terminal.line(
        `interrupted${at}: putting things back; once more stops at once, and leaves them as they are`,
      );
    },
    second: () => leaveNow(stoppedAtOnce(stage.doing)),
    late: () => stage.giveUp(cleanupTimedOut(stage.doing, cleanupMs)),
  });
}

function openLog(name: string | undefined, logs: string, redactor: Redactor, terminal: Terminal): RunLog {
  if (name === undefined) return silentRunLog();
  const directory = join(logs, "deployment");
  return openRunLog({ directory, name, redactor, warn: (text) => terminal.line(`warning: ${text}`) });
}

/** A connection that a run forgot to close must not keep a cron job alive for ever. */
function leaveSoon(): void {
  setTimeout(() => process.exit(), lingerMs).unref();
}
