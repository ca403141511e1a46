import { chownSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { succeed } from "../../sdk/core/process/index.ts";
import { setMarker } from "../../sdk/systems/nginx/index.ts";
import { asOwnerOnly, nobody } from "../support/as-another.ts";
import { refusalsAt, siteOfThisFile, type Wrong } from "../support/refusal.ts";
import { type StackConfiguration, variantOf } from "../support/variant.ts";

const site = siteOfThisFile();
const refuses = refusalsAt(site);

const changed = (change: (configuration: StackConfiguration) => object): Wrong => ({
  flags: ["--config", variantOf(site.stack, change)],
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
  const copy = join(site.stack.directory, name);
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
  const file = join(site.edge, name);
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
      withBlue({ files: [copyOf(site.stack.prepared.composeFiles.environment, "broken.yml", text)] }),
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
    const file = copyOf(site.stack.prepared.envFiles.blue, ".env.foreign", (text) => `${text}\n`);
    chownSync(file, nobody, nobody);
    return { ...changed(withBlue({ envFiles: [file] })), through: asOwnerOnly };
  },
);

refuses(
  "a variable that the Compose file insists on and nobody sets",
  { exitCode: 2, code: "COMPOSE_FILE_INVALID", says: /REDIS_PASSWORD is not set/, fix: /variables/ },
  () => {
    const file = copyOf(site.stack.prepared.envFiles.blue, ".env.unset", (text) =>
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
    return changed(
      withBlue({ files: [copyOf(site.stack.prepared.composeFiles.environment, "queue.yml", text)] }),
    );
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
    await listening(server, { port: site.stack.ports.blue.backend, host: "127.0.0.1" });
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
    fix: /mount \S+elsewhere.*first let it say what serves now \(touch \S+elsewhere\/green\), then restart/,
  },
  () => {
    const markerDirectory = join(site.stack.directory, "elsewhere");
    mkdirSync(markerDirectory, { recursive: true });
    return changed(({ platform, ...rest }) => ({
      ...rest,
      platform: { ...platform, proxy: { ...platform.proxy, markerDirectory } },
    }));
  },
);

refuses(
  "a marker directory that was made anew under the proxy",
  {
    exitCode: 4,
    code: "PROXY_DISAGREES",
    says: /does not see \S+switch as it is now[\s\S]*still looks into the old one/,
    fix: /restart the proxy.* restart edge$/,
  },
  () => {
    const { switchDirectory } = site.stack.prepared;
    const old = `${switchDirectory}.old`;
    renameSync(switchDirectory, old);
    setMarker(switchDirectory, "green");
    return {
      undo() {
        rmSync(switchDirectory, { recursive: true });
        renameSync(old, switchDirectory);
      },
    };
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
    const records = site.stack.state();
    await succeed(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", records], { deadlineMs: 10_000 });
    return { undo: () => succeed(["umount", "--lazy", records], { deadlineMs: 10_000 }) };
  },
);

refuses(
  "a Docker daemon that is not there",
  { exitCode: 4, code: "DOCKER_DOWN", says: /does not answer[\s\S]*dead\.sock/, fix: /start docker/ },
  () => ({ env: { DOCKER_HOST: `unix://${join(site.stack.directory, "dead.sock")}` } }),
);

refuses(
  "a Docker socket that this user may not use",
  {
    exitCode: 4,
    code: "DOCKER_DENIED",
    says: /may not talk to the Docker daemon[\s\S]*permission denied/,
    fix: /join the group docker/,
  },
  async () => {
    const socket = join(site.stack.directory, "foreign.sock");
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
