import { afterAll, beforeAll, expect, test } from "bun:test";
import { chownSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { succeed } from "../../sdk/core/process/index.ts";
import { asOwnerOnly, deployThrough, nobody } from "../support/as-another.ts";
import { documentOf } from "../support/document.ts";
import { setVariables } from "../support/env-file.ts";
import { footprintOf } from "../support/footprint.ts";
import { ownEdge } from "../support/own-edge.ts";
import { openStack, type Stack } from "../support/stack.ts";
import { configurationText, type StackConfiguration, variantOf } from "../support/variant.ts";

/** What stands in the way, and how the script is started against it. */
interface Wrong {
  flags?: readonly string[];
  env?: Record<string, string>;
  through?: readonly string[];
  /** Another stack than the one where a release serves. */
  on?: Stack;
  /** Takes the obstacle away again. */
  undo?: () => unknown;
}

/** How the run has to end. */
interface Ending {
  exitCode: 2 | 4;
  code: string;
  /** What its message and its reason, taken together, must name. */
  says: RegExp;
  fix: RegExp;
}

let stack: Stack;
let edge: string;

beforeAll(async () => {
  stack = await openStack({ watch: { duration: "0s" } });
  setVariables(stack.prepared.envFiles.green, { MODEL_LOAD_SECONDS: "0" });
  edge = ownEdge(stack);
  const first = await stack.deploy(["--release", "good"]);
  expect(first.stderr).toContain("green serves release good");
}, 120_000);

afterAll(() => stack[Symbol.asyncDispose](), 60_000);

/** A test that what is wrong is refused in these words, on both outputs alike, and that nothing changed by it. */
function refuses(what: string, { exitCode, code, says, fix }: Ending, arrange: () => Promise<Wrong> | Wrong) {
  test(`${what}: exit ${exitCode}, ${code}`, async () => {
    const wrong = await arrange();
    const { on = stack, through = [], flags = [], env } = wrong;
    try {
      const before = await footprintOf(on);
      const ended = await deployThrough(through, on, ["--json", ...flags], env);
      const { error, ...document } = documentOf(ended);

      expect({ exitCode: ended.exitCode, code: error?.code }).toEqual({ exitCode, code });
      expect(document).toMatchObject({ ok: false, exitCode, result: null });
      expect(`${error?.message}\n${error?.why ?? ""}`).toMatch(says);
      expect(error?.remedy ?? "").toMatch(fix);
      expect(ended.stderr).toContain(`error[${code}] ${error?.message}`);
      expect(ended.stderr).toMatch(/^ {2}fix: \S/m);
      expectUnchanged(await footprintOf(on), before, code);
    } finally {
      await wrong.undo?.();
    }
  });
}

/** A refusal by the checks is a run of its own: it is written down, and nothing else is left of it. */
function expectUnchanged(
  after: Awaited<ReturnType<typeof footprintOf>>,
  before: Awaited<ReturnType<typeof footprintOf>>,
  code: string,
): void {
  if (code !== "PRE_CHECK_FAILED") {
    expect(after).toEqual(before);
    return;
  }
  const { history, journals, ...changeable } = after;
  expect(changeable).toEqual({
    containers: before.containers,
    images: before.images,
    networks: before.networks,
    volumes: before.volumes,
    marker: before.marker,
    releases: before.releases,
  });
  expect(history.startsWith(before.history)).toBe(true);
  expect(JSON.parse(history.slice(before.history.length))).toMatchObject({ outcome: "failed", code });
  expect(journals.slice(0, -1)).toEqual([...before.journals]);
  expect(journals.at(-1)).toContain('"kind":"ended"');
}

const changed = (change: (configuration: StackConfiguration) => object): Wrong => ({
  flags: ["--config", variantOf(stack, change)],
});

/** The configuration with another Compose project for the idle environment, blue. */
function withBlue(
  blue: Partial<StackConfiguration["platform"]["environments"]["blue"]>,
): (configuration: StackConfiguration) => object {
  return ({ platform, ...rest }) => ({
    ...rest,
    platform: {
      ...platform,
      environments: { ...platform.environments, blue: { ...platform.environments.blue, ...blue } },
    },
  });
}

/** A changed copy of a file, in the stack's own folder. */
function copyOf(file: string, name: string, change: (text: string) => string): string {
  const copy = join(stack.directory, name);
  writeFileSync(copy, replaced(readFileSync(file, "utf8"), change), { mode: 0o600 });
  return copy;
}

/** A change that finds nothing to change would test nothing. */
function replaced(whole: string, change: (text: string) => string): string {
  const text = change(whole);
  if (text === whole) throw new Error("the example no longer has what this test breaks");
  return text;
}

/** Changes a file of the proxy's configuration, until `undo`. */
function brokenEdge(name: string, change: (text: string) => string): Wrong {
  const file = join(edge, name);
  const whole = readFileSync(file, "utf8");
  writeFileSync(file, replaced(whole, change));
  return { undo: () => writeFileSync(file, whole) };
}

function listening(server: Server, where: string | { port: number; host: string }): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(where, resolve);
  return promise;
}

refuses(
  "a Compose file that is missing",
  { exitCode: 2, code: "COMPOSE_FILE_MISSING", says: /no Compose file \S+nowhere\.yml/, fix: /-blue/ },
  () => changed(withBlue({ files: ["nowhere.yml"] })),
);

refuses(
  "a Compose file with a mistake in its syntax",
  { exitCode: 2, code: "COMPOSE_FILE_INVALID", says: /broken\.yml[\s\S]*line \d+/, fix: /mend the file/ },
  () => {
    const text = (whole: string) => whole.replace("  frontend:\n", "  frontend: [\n");
    return changed(
      withBlue({ files: [copyOf(stack.prepared.composeFiles.environment, "broken.yml", text)] }),
    );
  },
);

refuses(
  "a service that no Compose file knows",
  { exitCode: 2, code: "SERVICE_UNKNOWN", says: /no service worker[\s\S]*frontend/, fix: /services/ },
  () => changed(({ services, ...rest }) => ({ ...rest, services: [...services, { name: "worker" }] })),
);

refuses(
  "an env file that is missing",
  { exitCode: 2, code: "ENV_FILE_UNREADABLE", says: /\.env\.nowhere cannot be read/, fix: /0600/ },
  () => changed(withBlue({ envFiles: [".env.nowhere"] })),
);

refuses(
  "an env file that this user may not read",
  { exitCode: 2, code: "ENV_FILE_UNREADABLE", says: /EACCES|permission denied/i, fix: /owned by the user/ },
  () => {
    const file = copyOf(stack.prepared.envFiles.blue, ".env.foreign", (text) => `${text}\n`);
    chownSync(file, nobody, nobody);
    return { ...changed(withBlue({ envFiles: [file] })), through: asOwnerOnly };
  },
);

refuses(
  "a variable that the Compose file insists on and nobody sets",
  { exitCode: 2, code: "COMPOSE_FILE_INVALID", says: /REDIS_PASSWORD is not set/, fix: /variables/ },
  () => {
    const file = copyOf(stack.prepared.envFiles.blue, ".env.unset", (text) =>
      text.replace(/^REDIS_PASSWORD=.*\n/m, ""),
    );
    return changed(withBlue({ envFiles: [file] }));
  },
);

refuses(
  "a variable that Compose would replace by nothing",
  {
    exitCode: 4,
    code: "PRE_CHECK_FAILED",
    says: /QUEUE_URL is not set \(\S+queue\.yml:\d+\)/,
    fix: /QUEUE_URL/,
  },
  () => {
    const text = (whole: string) =>
      whole.replace("MODEL_LOAD_SECONDS:", "QUEUE: $QUEUE_URL\n      MODEL_LOAD_SECONDS:");
    return changed(withBlue({ files: [copyOf(stack.prepared.composeFiles.environment, "queue.yml", text)] }));
  },
);

refuses(
  "a port that another process listens on",
  {
    exitCode: 4,
    code: "PRE_CHECK_FAILED",
    says: /port \d+ is held by process \d+/,
    fix: /stop what holds \d+/,
  },
  async () => {
    const server = createServer();
    await listening(server, { port: stack.ports.blue.backend, host: "127.0.0.1" });
    return { undo: () => server.close() };
  },
);

refuses(
  "a proxy configuration that nginx does not take",
  {
    exitCode: 4,
    code: "PRE_CHECK_FAILED",
    says: /unknown directive "listn" in \S+server\.conf:\d+/,
    fix: /line that nginx names/,
  },
  () => brokenEdge("server.conf", (text) => text.replace("listen 80", "listn 80")),
);

refuses(
  "a proxy configuration without the switch",
  {
    exitCode: 4,
    code: "PRE_CHECK_FAILED",
    says: /no server of the proxy tests for \S+green/,
    fix: /if \(-f /,
  },
  () => brokenEdge("server.conf", (text) => text.replace(/if \(-f [^}]*\}/, "")),
);

refuses(
  "a marker directory that nginx does not see",
  {
    exitCode: 4,
    code: "PROXY_DISAGREES",
    says: /marker says \(blue\)[\s\S]*"green"/,
    fix: /mount \S+elsewhere/,
  },
  () => {
    const markerDirectory = join(stack.directory, "elsewhere");
    mkdirSync(markerDirectory, { recursive: true });
    return changed(({ platform, ...rest }) => ({
      ...rest,
      platform: { ...platform, proxy: { ...platform.proxy, markerDirectory } },
    }));
  },
);

refuses(
  "more disk wanted than there is",
  {
    exitCode: 4,
    code: "PRE_CHECK_FAILED",
    says: /free, and 900(\.0)? TB are needed/,
    fix: /resources\.disk/,
  },
  () => {
    const { flags = [] } = changed((rest) => ({ ...rest, resources: { disk: "900TB", memory: "1MB" } }));
    return { flags: [...flags, "--release", "good"] };
  },
);

refuses(
  "a small file system under the project's own records",
  {
    exitCode: 4,
    code: "PRE_CHECK_FAILED",
    says: /\.switchover has \S+ MB free, and 100(\.0)? MB are needed/,
    fix: /du -xh/,
  },
  async () => {
    const records = stack.state();
    await succeed(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", records], { deadlineMs: 10_000 });
    return { undo: () => succeed(["umount", "--lazy", records], { deadlineMs: 10_000 }) };
  },
);

refuses(
  "a Docker daemon that is not there",
  { exitCode: 4, code: "DOCKER_DOWN", says: /does not answer[\s\S]*dead\.sock/, fix: /start docker/ },
  () => ({ env: { DOCKER_HOST: `unix://${join(stack.directory, "dead.sock")}` } }),
);

refuses(
  "a Docker socket that this user may not use",
  {
    exitCode: 4,
    code: "DOCKER_DENIED",
    says: /may not talk to the Docker daemon[\s\S]*permission denied/,
    fix: /docker group/,
  },
  async () => {
    const socket = join(stack.directory, "foreign.sock");
    const server = createServer();
    await listening(server, socket);
    chownSync(socket, nobody, nobody);
    return {
      env: { DOCKER_HOST: `unix://${socket}` },
      through: asOwnerOnly,
      undo: () => server.close(),
    };
  },
);

const invalid = { exitCode: 2, code: "CONFIG_INVALID", fix: /mend/ } as const;

refuses("a key that does not exist", { ...invalid, says: /keepPrevius/ }, () =>
  changed((rest) => ({ ...rest, keepPrevius: true })),
);

refuses("a value of the wrong type", { ...invalid, says: /keepPrevious: .*boolean.*not "yes"/ }, () =>
  changed((rest) => ({ ...rest, keepPrevious: "yes" })),
);

refuses("a time in a unit that is none", { ...invalid, says: /watch\.duration: .*"10 parsecs"/ }, () =>
  changed((rest) => ({ ...rest, watch: { duration: "10 parsecs" } })),
);

refuses("two services of one name", { ...invalid, says: /services\.3\.name: .*ml/ }, () =>
  changed(({ services, ...rest }) => ({ ...rest, services: [...services, { name: "ml" }] })),
);

refuses("a configuration that throws", { ...invalid, says: /the vault is sealed/ }, () => ({
  flags: ["--config", configurationText(stack, 'throw new Error("the vault is sealed");\n')],
}));

refuses("a configuration that is not TypeScript", { ...invalid, says: /cannot be read/ }, () => ({
  flags: ["--config", configurationText(stack, "export default {\n")],
}));

refuses(
  "a configuration that is missing",
  { exitCode: 2, code: "CONFIG_NOT_FOUND", says: /nowhere\.config\.ts/, fix: /--config/ },
  () => ({ flags: ["--config", join(stack.directory, "nowhere.config.ts")] }),
);

refuses(
  "a flag with a mistake in it",
  { exitCode: 2, code: "USAGE", says: /--dryrun/, fix: /did you mean --dry-run/ },
  () => ({ flags: ["--dryrun"] }),
);

refuses("a word that is no flag", { exitCode: 2, code: "USAGE", says: /argument/, fix: /--help/ }, () => ({
  flags: ["production"],
}));

for (const id of ["../up", "", "two words", "a".repeat(64), ".hidden"]) {
  refuses(
    `the release id "${id.slice(0, 12)}"`,
    { exitCode: 2, code: "RELEASE_ID_INVALID", says: /letters, digits, dots/, fix: /--release/ },
    () => ({ flags: [`--release=${id}`] }),
  );
}

for (const pair of [
  ["--quick-rollback", "--resume"],
  ["--quick-rollback", "--abort"],
  ["--quick-rollback", "--dry-run"],
  ["--quick-rollback", "--release=good"],
  ["--quick-rollback", "--skip-backup"],
  ["--resume", "--abort"],
  ["--resume", "--release=good"],
  ["--resume", "--dry-run"],
  ["--abort", "--dry-run"],
  ["--abort", "--release=good"],
  ["--quiet", "--verbose"],
]) {
  refuses(
    `${pair.join(" with ")}`,
    { exitCode: 2, code: "USAGE", says: /cannot be used with/, fix: /--help/ },
    () => ({ flags: pair }),
  );
}

for (const verb of ["--resume", "--abort"]) {
  refuses(
    `${verb} with nothing unfinished`,
    { exitCode: 2, code: "NOTHING_TO_RESUME", says: /no unfinished run/, fix: /status\.ts/ },
    () => ({ flags: [verb] }),
  );
}

refuses(
  "a rollback with no release before the one that serves",
  { exitCode: 4, code: "NO_ROLLBACK_TARGET", says: /besides good/, fix: /--release/ },
  () => ({ flags: ["--quick-rollback"] }),
);

refuses(
  "a rollback where nothing was ever deployed",
  { exitCode: 4, code: "NO_ROLLBACK_TARGET", says: /no release to go back to/, fix: /deploy a good release/ },
  async () => {
    const on = await openStack();
    return { on, flags: ["--quick-rollback"], undo: () => on[Symbol.asyncDispose]() };
  },
);

test("the release that was refused serves, and is none the worse for it", async () => {
  const { stdout } = await stack.deploy(["--dry-run", "--release", "good"]);
  expect(stdout).toContain("green serves release good");
  expect(stdout).not.toContain("failed before");
});

test("--dry-run prints what would be done, and changes nothing", async () => {
  const before = await footprintOf(stack);
  const said = await stack.deploy(["--dry-run", "--release", "next"]);
  const told = await stack.deploy(["--dry-run", "--release", "next", "--json"]);

  expect([said.exitCode, told.exitCode]).toEqual([0, 0]);
  expect(said.stdout).toContain("release next is built and goes to blue");
  expect(documentOf(told)).toMatchObject({
    ok: true,
    result: { lines: said.stdout.trim().split("\n"), course: { release: "next", from: "green", to: "blue" } },
  });
  expect(await footprintOf(stack)).toEqual(before);
});
