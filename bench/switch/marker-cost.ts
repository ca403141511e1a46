import { chmodSync, mkdtempSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setMarker } from "../../sdk/systems/nginx/index.ts";
import { freeSubnet } from "../../tests/support/free.ts";
import { ownName } from "../support/own-name.ts";
import { runWrk } from "../support/wrk.ts";
import { makeNetwork, ownDirectory, startContainer } from "./containers.ts";
import { cpuTimeOf } from "./cpu-time.ts";
import { exampleEdge, fixedEdgeFiles, markerMount } from "./edge-files.ts";
import { untilServing } from "./until-serving.ts";

const secondsEach = 2;
const services = ["frontend", "backend", "ml"];
/** In every round. Where the file stands and where it does not are two different looks: both are measured. */
const looks = ["blue", "green", "green", "blue"] as const;

export interface MarkerCost {
  marker: LaneSample[];
  plain: LaneSample[];
}

export interface LaneSample {
  requestsPerSecond: number;
  /** What the edge's own processes worked for one request. */
  edgeCpuUs: number;
  /** Which part of the time they were on their processor. */
  processorShare: number;
}

/**
 * Requests a second through the example's edge as it is, and through the same without the switch. Both are driven at
 * once and share one processor, which nothing else is on, and which they use up: the kernel gives them equal parts, so
 * whatever slows the machine slows both, and what one serves less is what its requests cost more. Every round has two
 * new edges, because where their memory happens to lie makes a difference of its own. Where the shares of the two do not come
 * near to the whole processor, the load or something else was the limit, and two edges that wait look alike.
 */
export async function markerCost(image: string, rounds: number, signal: AbortSignal): Promise<MarkerCost> {
  const name = `${ownName()}-cost`;
  const subnet = await freeSubnet();
  const upstream = `${subnet}.10`;
  const markerDirectory = mkdtempSync(join(tmpdir(), `${ownName()}-marker-`));
  const plainFiles = fixedEdgeFiles();
  // nginx's workers are other users.
  chmodSync(markerDirectory, 0o755);
  using _markers = ownDirectory(markerDirectory);
  using _files = ownDirectory(plainFiles);
  await using _network = await makeNetwork(name, subnet);
  await using _upstream = await startContainer(`${name}-upstream`, [
    ...["--network", name, "--ip", upstream, "--cpuset-cpus", otherProcessors()],
    ...["--volume", `${join(import.meta.dir, "tiny-upstream")}:/etc/cell-hub:ro`],
    ...[image, "nginx", "-g", "daemon off;"],
  ]);
  const edge = (which: string, address: string, files: string) =>
    openEdge(
      `${name}-${which}`,
      address,
      [
        ...["--network", name, "--ip", address, "--cpuset-cpus", edgeProcessor],
        ...hosts(upstream),
        ...["--volume", `${files}:/etc/cell-hub:ro`, "--volume", `${markerDirectory}:${markerMount()}:ro`],
        ...[image, "nginx", "-g", "daemon off;"],
      ],
      signal,
    );
  const cost: MarkerCost = { marker: [], plain: [] };
  for (let round = 0; round < rounds; round += 1) {
    await using marker = await edge("marker", `${subnet}.11`, exampleEdge);
    await using plain = await edge("plain", `${subnet}.12`, plainFiles);
    for (const environment of looks) {
      signal.throwIfAborted();
      setMarker(markerDirectory, environment);
      await assertSwitched(marker.address, environment);
      const [withMarker, without] = await Promise.all([drive(marker, signal), drive(plain, signal)]);
      cost.marker.push(withMarker);
      cost.plain.push(without);
    }
  }
  return cost;
}

/** One edge at work. */
interface Edge extends AsyncDisposable {
  /** Asked by its own address: Docker's helper for published ports would be slower than the edge. */
  address: string;
  cpuTimeNs: () => number;
}

async function openEdge(
  container: string,
  address: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<Edge> {
  await using opened = new AsyncDisposableStack();
  opened.use(await startContainer(container, args));
  await untilServing(urlOf(address), signal);
  const cpuTimeNs = await cpuTimeOf(container);
  const held = opened.move();
  return { address, cpuTimeNs, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

async function drive({ address, cpuTimeNs }: Edge, signal: AbortSignal): Promise<LaneSample> {
  const [before, began] = [cpuTimeNs(), performance.now()];
  const url = urlOf(address);
  const { requests, requestsPerSecond, socketErrors, non2xx } = await runWrk(
    url,
    secondsEach,
    signal,
    otherProcessors(),
  );
  if (socketErrors + non2xx > 0) throw new Error(`${url}: ${socketErrors} socket errors, ${non2xx} non-2xx`);
  const onProcessorUs = (cpuTimeNs() - before) / 1_000;
  const elapsedUs = (performance.now() - began) * 1_000;
  return {
    requestsPerSecond,
    edgeCpuUs: onProcessorUs / requests,
    processorShare: onProcessorUs / elapsedUs,
  };
}

function urlOf(address: string): string {
  return `http://${address}/api/version`;
}

/** An edge that looked elsewhere would be fast, too. */
async function assertSwitched(edge: string, environment: string): Promise<void> {
  const answer = await fetch(`http://${edge}/.switchover/environment`);
  const said = await answer.text();
  if (said.trim() !== environment) throw new Error(`the edge says ${said}, but the marker ${environment}`);
}

/** Every upstream's name leads to the same tiny one. */
function hosts(to: string): string[] {
  return ["blue", "green"].flatMap((environment) =>
    services.flatMap((service) => ["--add-host", `${environment}-${service}:${to}`]),
  );
}

const edgeProcessor = "0";

/** Where the load and the upstream are, so that the edges have theirs to themselves; a machine of one has no choice. */
function otherProcessors(): string {
  const last = cpus().length - 1;
  return last === 0 ? edgeProcessor : `1-${last}`;
}
