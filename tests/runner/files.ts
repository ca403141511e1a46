import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { FolderName } from "./folder-names.ts";
import { type FileReport, readReport } from "./junit.ts";
import type { Outcome } from "./outcome.ts";
import { runStreamed } from "./streamed.ts";

/** How long one test of a folder may take. */
const testTimeoutMs: Record<FolderName, number> = {
  unit: 60_000,
  integration: 120_000,
  faults: 240_000,
  e2e: 300_000,
};

/** What a folder's run came to, told without having seen it: for the parts that a report does not speak of. */
export interface Judged {
  /** The files that were to be run, relative to the project. */
  files: readonly string[];
  /** The report, or undefined where there is none. */
  report: readonly FileReport[] | undefined;
  exitCode: number;
  /** In CI a test that was skipped has not been passed. */
  skipsFail: boolean;
}

/** Turns a runner's report into passed and failed. What it does not speak of has failed. */
export function judge({ files, report, exitCode, skipsFail }: Judged): Omit<Outcome, "stage" | "durationMs"> {
  if (report === undefined) {
    const notes = [
      `the runner left no report (exit code ${exitCode}): all ${files.length} files count as failed`,
    ];
    return { passed: 0, failed: files.length, notes, files: [], failedTests: [] };
  }
  const sum = (key: "passed" | "failed" | "skipped") => report.reduce((all, one) => all + one[key], 0);
  const silent = files.filter(
    (file) => !report.some((one) => path.normalize(one.file) === path.normalize(file)),
  );
  const notes = silent.map((file) => `${file}: not in the report; it could not be loaded, or holds no test`);
  const skipped = sum("skipped");
  if (skipped > 0) notes.push(`${skipped} skipped${skipsFail ? ", which counts as failed in CI" : ""}`);

  let failed = sum("failed") + silent.length + (skipsFail ? skipped : 0);
  if (exitCode !== 0 && failed === 0) {
    failed = 1;
    notes.push(`the runner ended with ${exitCode}, though no test failed`);
  }
  const times = report.map(({ file, durationMs }) => ({ file, durationMs }));
  const failedTests = report.flatMap((one) => one.failedTests);
  return { passed: sum("passed"), failed, notes, files: times, failedTests };
}

function argvFor(folder: FolderName, files: readonly string[], reportFile: string): string[] {
  return [
    process.execPath,
    "--no-env-file",
    "--no-install",
    "test",
    `--timeout=${testTimeoutMs[folder]}`,
    "--reporter=junit",
    `--reporter-outfile=${reportFile}`,
    ...files.map((file) => `./${file}`),
  ];
}

/** Where a folder's tests run, and where what they print goes. */
export interface Room {
  folder: FolderName;
  project: string;
  /** An open file. */
  output: number;
  signal: AbortSignal;
}

/** Runs the given files of one folder under one `bun test`. */
export async function runFiles(files: readonly string[], { folder, project, output, signal }: Room) {
  const dir = await mkdtemp(path.join(tmpdir(), "switchover-tests-"));
  try {
    const reportFile = path.join(dir, "report.xml");
    const exitCode = await runStreamed(argvFor(folder, files, reportFile), project, output, signal);
    const report = await readFile(reportFile, "utf8").then(readReport, () => undefined);
    const skipsFail = (process.env["CI"] ?? "") !== "";
    return judge({ files, report, exitCode, skipsFail });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
