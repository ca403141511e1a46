import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfiguration } from "../../../sdk/core/config/index.ts";
import { openJournal } from "../../../sdk/core/journal/index.ts";
import { createShare } from "../../../sdk/core/process/index.ts";
import type { Course, JournalEntry } from "../../../sdk/jobs/deploy/course.ts";
import type { Deployment } from "../../../sdk/jobs/deploy/deployment.ts";
import { type DeploymentOptions, type Desk, storeOf } from "../../../sdk/jobs/deploy/desk.ts";
import { appendHistory, type HistoryRecord, readHistory } from "../../../sdk/jobs/deploy/history.ts";
import { type FakePlatform, fakePlatform, type World } from "./fake-platform.ts";

/** A desk with a fake platform, a folder of its own, and everything that was said. */
export interface FakeDesk extends Desk, Disposable {
  platform: FakePlatform;
  said: string[];
  interrupt: () => void;
  history: () => HistoryRecord[];
  journals: () => string[];
}

/** Times in which nobody waits. */
const quick = {
  watch: { duration: "40ms", interval: "5ms" },
  drain: { timeout: "50ms" },
  resources: { disk: "1MB", memory: "1MB" },
};

const compose = (project: string) => ({ project, files: ["compose.yml"] });

export function configurationIn(directory: string, overrides: Record<string, unknown> = {}) {
  const input = {
    project: "fake",
    platform: {
      kind: "docker-host",
      environments: { blue: compose("fake-blue"), green: compose("fake-green") },
      shared: { ...compose("fake-shared"), services: ["edge"] },
      proxy: { service: "edge", frontDoor: "http://127.0.0.1:9", markerDirectory: "switch" },
    },
    services: [{ name: "web", ports: { blue: 4000, green: 5000 }, frontDoorPath: "/" }],
    ...quick,
    ...overrides,
  };
  return parseConfiguration(input, join(directory, "config", "deployment.config.ts"));
}

export interface FakeDeskParts {
  world?: Partial<World>;
  configuration?: Record<string, unknown>;
  options?: Partial<DeploymentOptions>;
  /** Releases that were made before, and are at hand. */
  releases?: readonly string[];
}

export function openFakeDesk({
  world = {},
  configuration: overrides = {},
  options = {},
  releases = [],
}: FakeDeskParts = {}): FakeDesk {
  const directory = mkdtempSync(join(tmpdir(), "switchover-desk-"));
  const configuration = configurationIn(directory, overrides);
  const platform = fakePlatform({ images: new Set(releases), ...world });
  const said: string[] = [];
  const interruption = new AbortController();
  const store = storeOf(configuration);
  for (const id of releases) store.releases.save(releaseOf(id));
  return {
    configuration,
    platform,
    checks: { before: async () => [], after: async () => [], frontDoor: async () => [] },
    permissions: { put: async () => ({ nothing: "a test has none", configured: false }) },
    backups: { holds: async () => [], make: async () => ({ nothing: "a test makes none" }) },
    options: { force: false, skipBackup: true, yes: false, ...options },
    redact: (text) => text,
    share: createShare(),
    signal: interruption.signal,
    logFile: undefined,
    confirm: async () => false,
    doing: () => {},
    report: {
      begin: (step) => void said.push(`begin ${step}`),
      note: () => {},
      end: (step, outcome) => void said.push(`${outcome} ${step}`),
      say: (text) => void said.push(text),
      warn: (text) => void said.push(`warning: ${text}`),
      tool: () => {},
    },
    said,
    interrupt: () => interruption.abort(new DOMException("interrupted", "AbortError")),
    history: () => readHistory(store.history),
    journals: () => readdirSync(store.journals).sort(),
    [Symbol.dispose]() {
      platform[Symbol.dispose]();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function releaseOf(id: string) {
  return { id, createdAt: "2026-11-20T18:00:00.000Z", images: { web: `sha256:${id}` } };
}

/** The course of a deployment of release 2 to green, while blue serves release 1. */
export function courseOf(changes: Partial<Course> = {}): Course {
  return {
    run: "20261120-180227-001",
    command: "deploy",
    startedAt: "2026-11-20T18:02:27.000Z",
    release: "2",
    from: "blue",
    serving: "1",
    fromRuns: true,
    to: "green",
    occupantWarm: false,
    staging: "anew",
    ...changes,
  };
}

/** Writes the journal that a run has left, up to where it was cut off. */
export function leaveJournal(desk: Desk, course: Course, entries: readonly JournalEntry[]): string {
  const { journals } = storeOf(desk.configuration);
  mkdirSync(journals, { recursive: true });
  const path = join(journals, `${course.run}.jsonl`);
  using journal = openJournal<JournalEntry>(path);
  journal.append({ kind: "begun", course });
  for (const entry of entries) journal.append(entry);
  return path;
}

/** Puts what was deployed before into the history. */
export function leaveHistory(desk: Desk, records: readonly HistoryRecord[]): void {
  for (const record of records) appendHistory(storeOf(desk.configuration).history, record, (text) => text);
}

/** Lets the history be read, and not be written, by root neither: a journal is written through no link. */
export function sealHistory(desk: Desk): void {
  const { history } = storeOf(desk.configuration);
  renameSync(history, `${history}.sealed`);
  symlinkSync(`${history}.sealed`, history);
}

export function recordOf(release: string, changes: Partial<HistoryRecord> = {}): HistoryRecord {
  return {
    run: "20261120-170000-001",
    at: "2026-11-20T17:00:00.000Z",
    outcome: "deployed",
    release,
    environment: "blue",
    seconds: 1,
    steps: [],
    ...changes,
  };
}

/** A deployment in the middle of its course, with its journal on the disk. */
export function deploymentOf(desk: FakeDesk, course = courseOf()): Deployment & Disposable {
  const { journals, releases } = storeOf(desk.configuration);
  const journal = openJournal<JournalEntry>(join(journals, `${course.run}.jsonl`));
  return {
    ...desk,
    course,
    journal,
    releases,
    diagnosisFolder: desk.configuration.state("diagnoses"),
    findings: {},
    [Symbol.dispose]: () => journal.close(),
  };
}
