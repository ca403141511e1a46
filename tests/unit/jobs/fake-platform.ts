import type { Environment } from "../../../sdk/core/release/index.ts";
import type {
  DirectAddress,
  EnvironmentState,
  Migration,
  Platform,
  Trouble,
} from "../../../sdk/platforms/index.ts";

export interface FakeEnvironment {
  state: EnvironmentState["state"];
  release: string | undefined;
  /** What its service answers with while it is ready. */
  status: number;
}

/** What there is; tests set it up, and the platform's verbs change it. */
export interface World {
  active: Environment;
  proxy: "up" | "down";
  blue: FakeEnvironment;
  green: FakeEnvironment;
  /** The releases whose images are at hand. */
  images: Set<string>;
  /** The releases that have a second service, "worker", too; undefined where none was ever configured. */
  withWorker: Set<string> | undefined;
  migrations: Migration[] | undefined;
  /** Connections that never end. */
  connections: number;
  trouble: Trouble | undefined;
}

type Verb = keyof Platform;

export interface FakePlatform extends Platform, Disposable {
  readonly world: World;
  /** The verbs that change something, in the order of their calls: `stage green 2`. */
  readonly changes: string[];
  /** Runs in place of a verb's own work, until it is removed: to throw, or to wait. */
  readonly instead: Map<Verb, () => Promise<void> | void>;
}

const absent = (): FakeEnvironment => ({ state: "absent", release: undefined, status: 200 });

/** An environment that runs a release well. */
export function running(release: string | undefined): FakeEnvironment {
  return { state: "ready", release, status: 200 };
}

export function stopped(release: string): FakeEnvironment {
  return { state: "stopped", release, status: 200 };
}

/** A platform in memory, whose one service answers at real addresses. */
export function fakePlatform(given: Partial<World> = {}): FakePlatform {
  const world: World = {
    active: "blue",
    proxy: "up",
    blue: absent(),
    green: absent(),
    images: new Set(),
    withWorker: undefined,
    migrations: undefined,
    connections: 0,
    trouble: undefined,
    ...given,
  };
  const changes: string[] = [];
  const instead: FakePlatform["instead"] = new Map();
  const server = serve(world);
  const act = async (verb: Verb, own: () => void, ...words: string[]) => {
    changes.push([verb, ...words].join(" "));
    const other = instead.get(verb);
    if (other === undefined) own();
    else await other();
  };
  const look = async <T>(verb: Verb, own: () => T): Promise<T> => {
    await instead.get(verb)?.();
    return own();
  };
  const proxy = () => ({ proxy: world.proxy, active: world.active });
  const environments = () => ({ blue: stateOf(world.blue), green: stateOf(world.green) });
  const addresses = (where: string): DirectAddress[] =>
    ["web", ...(world.withWorker === undefined ? [] : ["worker"])].map((service) => ({
      service,
      health: `http://127.0.0.1:${server.port}/${where}/${service}`,
      timeoutMs: 500,
      releaseHeader: "x-release",
    }));
  const imagesOf = (id: string) => ({
    web: `sha256:${id}`,
    ...(world.withWorker?.has(id) ? { worker: `sha256:${id}-worker` } : {}),
  });
  return {
    kind: "fake",
    world,
    changes,
    instead,
    observe: () => look("observe", () => ({ ...proxy(), environments: environments() })),
    proxy: () => look("proxy", proxy),
    pointsTo: () => look("pointsTo", () => world.active),
    environments: () => look("environments", environments),
    assertUsable: () => look("assertUsable", () => {}),
    async build({ id }) {
      await act("build", () => world.images.add(id), id);
      return { id, createdAt: "2026-11-20T18:00:00.000Z", images: imagesOf(id) };
    },
    has: ({ id }) => look("has", () => world.images.has(id)),
    stage: (environment, { id }, how) =>
      act(
        "stage",
        () => {
          world[environment] = running(id);
          // Where nothing runs, the platform starts the proxy too.
          world.proxy = "up";
        },
        environment,
        id,
        how,
      ),
    migrations: () => look("migrations", () => world.migrations),
    migrate: () =>
      act("migrate", () => {
        world.migrations = world.migrations?.map((one) => ({ ...one, applied: true }));
      }),
    direct: (environment) => addresses(environment),
    frontDoor: () => addresses("front"),
    switchTo: (environment) =>
      act(
        "switchTo",
        () => {
          world.active = environment;
        },
        environment,
      ),
    drain: () => look("drain", () => world.connections),
    stop: (environment) =>
      act(
        "stop",
        () => {
          world[environment].state = "stopped";
        },
        environment,
      ),
    remove: (environment) =>
      act(
        "remove",
        () => {
          world[environment] = absent();
        },
        environment,
      ),
    troubles: async () => ({
      events: troublesOf(world),
      [Symbol.asyncDispose]: async () => {},
    }),
    diagnose: () => look("diagnose", () => {}),
    [Symbol.dispose]: () => void server.stop(true),
  };
}

function serve(world: World) {
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      const [, path, service] = new URL(request.url).pathname.split("/");
      if (path === "front" && world.proxy === "down") return new Response("", { status: 502 });
      const environment =
        path === "green" || (path === "front" && world.active === "green") ? world.green : world.blue;
      if (environment.state !== "ready") return new Response("", { status: 502 });
      const { release, status } = environment;
      if (service === "worker" && !world.withWorker?.has(release ?? ""))
        return new Response("", { status: 502 });
      return new Response("", { status, headers: release === undefined ? {} : { "x-release": release } });
    },
  });
}

function stateOf({ state, release }: FakeEnvironment): EnvironmentState {
  const gone = state === "absent";
  return {
    release: gone ? undefined : release,
    state,
    services: [
      {
        name: "web",
        state: state === "partial" ? "unhealthy" : state,
        release: gone ? undefined : release,
        since: state === "ready" ? "2026-11-20T18:00:00Z" : undefined,
        restarts: 0,
      },
    ],
  };
}

async function* troublesOf(world: World): AsyncGenerator<Trouble> {
  while (world.trouble === undefined) await Bun.sleep(5);
  yield world.trouble;
}
