import type { Share } from "../core/process/index.ts";
import type { Environment, Release } from "../core/release/index.ts";

/** What a verb of the platform may use while it works. */
export interface Work {
  signal: AbortSignal;
  /** Milliseconds that the verb may take. */
  deadlineMs: number;
  /** One line about what is being waited for, for the person who watches. */
  note: (text: string) => void;
  /** A line that a tool printed, for the log. */
  tool: (line: string) => void;
}

/** An environment as it was seen, not as it was meant to be. */
export interface EnvironmentState {
  /** The release that its parts carry; undefined when there are none, or when they do not agree. */
  release: string | undefined;
  /** "absent": nothing of it exists. "stopped": it exists and nothing runs. "ready": all of it can work. "partial": anything else. */
  state: "absent" | "stopped" | "partial" | "ready";
  services: readonly ServiceState[];
}

export interface ServiceState {
  name: string;
  state: "absent" | "stopped" | "starting" | "ready" | "unhealthy";
  release: string | undefined;
  /** The content address of the image that it was made from. */
  image?: string;
  /** ISO time of the start of what runs now. */
  since: string | undefined;
  restarts: number;
}

/** What sends the traffic. */
export interface ProxyState {
  /** Where the proxy sends requests. */
  active: Environment;
  proxy: "up" | "down";
  /** The command that starts one that is down, for a person to copy. */
  start?: string;
}

export type EnvironmentStates = Readonly<Record<Environment, EnvironmentState>>;

export interface Observation extends ProxyState {
  environments: EnvironmentStates;
}

/**
 * "anew" makes all of an environment from the files as they are now. "as it is" keeps what stands there of the release
 * already, and starts it where it is stopped.
 */
export type Staging = "anew" | "as it is";

/** How long a look may take, in milliseconds. */
export interface Patience {
  /** What cannot be reached at all is tried again for this long. */
  patienceMs: number;
  /** One that is reached may take this long to answer. */
  deadlineMs: number;
}

/** An address at which one service of one environment answers, past the proxy. */
export interface DirectAddress {
  service: string;
  /** The full URL of its health. */
  health: string;
  timeoutMs: number;
  /** The header that names the release; undefined for a service that cannot say. */
  releaseHeader: string | undefined;
  /** The file with the authorities that its certificate counts by; undefined for the usual ones. */
  caFile?: string | undefined;
}

/** An address at the front door, behind which one service of the active environment answers. */
export type FrontDoorAddress = DirectAddress;

export interface Migration {
  id: string;
  applied: boolean;
  /** Whether the release before it cannot work once it is applied. */
  breaksPrevious: boolean;
}

/** Something that happened to an environment, and that it will not get over by itself. */
export interface Trouble {
  service: string;
  reason: string;
}

/**
 * Where environments live. Every verb starts from what it observes, may be repeated, and may be cut off between any two
 * lines; none but `switchTo` changes what users get. docs/architecture.md says what each verb is on each platform.
 */
export interface Platform {
  readonly kind: string;
  observe(): Promise<Observation>;
  /** The half of `observe` that asks where the traffic goes, of what sends it. */
  proxy(): Promise<ProxyState>;
  /** Where the switch points, which is what counts once more when what sends the traffic gives no answer. */
  pointsTo(): Promise<Environment>;
  /** The other half, for a look that must be over soon. */
  environments(patience: Patience): Promise<EnvironmentStates>;
  /** Refuses, before anything changes, what this platform could not carry out. What it asks, it asks by this share. */
  assertUsable(share: Share): Promise<void>;
  /** Builds or pulls what a release is made of, and pins it. */
  build(
    release: { id: string; source: string | undefined },
    environment: Environment,
    work: Work,
  ): Promise<Release>;
  /** Whether everything that a release was made of is at hand. */
  has(release: Release): Promise<boolean>;
  /** Brings an environment up with a release, without traffic, and waits until it is ready. */
  stage(environment: Environment, release: Release, how: Staging, work: Work): Promise<void>;
  /** The migrations that this release knows; undefined when the configuration names no way to ask. */
  migrations(environment: Environment, work: Work): Promise<readonly Migration[] | undefined>;
  /** Applies the migrations that are pending, with this environment's release and variables. */
  migrate(environment: Environment, work: Work): Promise<void>;
  direct(environment: Environment): readonly DirectAddress[];
  frontDoor(): readonly FrontDoorAddress[];
  /** Sends all traffic to an environment, atomically. */
  switchTo(environment: Environment): Promise<void>;
  /**
   * Waits until nothing is in flight to an environment; gives how many connections were left at the deadline, undefined
   * where that cannot be seen.
   */
  drain(environment: Environment, work: Work): Promise<number | undefined>;
  stop(environment: Environment, work: Work): Promise<void>;
  remove(environment: Environment, work: Work): Promise<void>;
  /** Tells what befalls an environment from now on. */
  troubles(environment: Environment): Promise<AsyncDisposable & { events: AsyncGenerator<Trouble> }>;
  /** Writes everything that explains an environment's state into a folder. */
  diagnose(environment: Environment, folder: string): Promise<void>;
}
