import { chmodSync, mkdtempSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setMarker } from "../../sdk/systems/nginx/index.ts";
import { freeSubnet } from "../../tests/support/free.ts";
import { inTurns } from "../support/turns.ts";
import { runWrk } from "../support/wrk.ts";
import { makeNetwork, ownDirectory, startContainer } from "./containers.ts";
import { cpuTimeOf } from "./cpu-time.ts";
import { exampleEdge, fixedEdgeFiles, markerMount } from "./edge-files.ts";
import { untilServing } from "./until-serving.ts";

const secondsEach = 3;
const services = ["frontend", "backend", "ml"];

/**
 * Requests a second through the example's edge as it is, and through the same without the switch, in turn. Behind both
 * stands one tiny nginx, and the edge has a processor to itself, so that what is measured is the edge.
 */
export async function markerCost(image: string, rounds: number, signal: AbortSignal) {
  const name = `bench-${process.pid.toString(36)}`;
  const subnet = await freeSubnet();
  // Asked by their own addresses: Docker's helper for published ports would be slower than the edge.
  const addresses = { upstream: `${subnet}.10`, marker: `${subnet}.11`, plain: `${subnet}.12` };
  const markerDirectory = mkdtempSync(join(tmpdir(), "bench-marker-"));
  const plainFiles = fixedEdgeFiles();
  // nginx's workers are other users.
  chmodSync(markerDirectory, 0o755);
  using _markers = ownDirectory(markerDirectory);
  using _files = ownDirectory(plainFiles);
  await using _network = await makeNetwork(name, subnet);
  const edge = (which: string, address: string, files: string) =>
    startContainer(`${name}-${which}`, [
      ...["--network", name, "--ip", address, ...onProcessor(0)],
      ...hosts(addresses.upstream),
      ...["--volume", `${files}:/etc/cell-hub:ro`, "--volume", `${markerDirectory}:${markerMount()}:ro`],
      ...[image, "nginx", "-g", "daemon off;"],
    ]);
  await using _upstream = await startContainer(`${name}-upstream`, [
    ...["--network", name, "--ip", addresses.upstream, ...onProcessor(1)],
    ...["--volume", `${join(import.meta.dir, "tiny-upstream")}:/etc/cell-hub:ro`],
    ...[image, "nginx", "-g", "daemon off;"],
  ]);
  await using _marker = await edge("marker", addresses.marker, exampleEdge);
  await using _plain = await edge("plain", addresses.plain, plainFiles);
  const marker = await openLane(`${name}-marker`, addresses.marker, signal);
  const plain = await openLane(`${name}-plain`, addresses.plain, signal);
  // Awaited here: the containers must outlive the rounds.
  return await inTurns(
    rounds,
    {
      marker: async (round) => {
        // Where the file stands and where it does not are two different looks: both are measured.
        const environment = round % 4 < 2 ? "blue" : "green";
        setMarker(markerDirectory, environment);
        await assertSwitched(addresses.marker, environment);
        return drive(marker, secondsEach, signal);
      },
      plain: () => drive(plain, secondsEach, signal),
    },
    signal,
  );
}

/** One way through an edge. */
interface Lane {
  url: string;
  cpuTimeNs: () => number;
}

export interface LaneSample {
  requestsPerSecond: number;
  /** What the edge's own processes worked for one request: other work on the machine hardly changes it. */
  edgeCpuUs: number;
}

async function openLane(container: string, address: string, signal: AbortSignal): Promise<Lane> {
  const url = `http://${address}/api/version`;
  await untilServing(url, signal);
  const lane = { url, cpuTimeNs: await cpuTimeOf(container) };
  await drive(lane, 1, signal);
  return lane;
}

async function drive({ url, cpuTimeNs }: Lane, seconds: number, signal: AbortSignal): Promise<LaneSample> {
  const before = cpuTimeNs();
  const { requests, requestsPerSecond, socketErrors, non2xx } = await runWrk(url, seconds, signal);
  if (socketErrors + non2xx > 0) throw new Error(`${url}: ${socketErrors} socket errors, ${non2xx} non-2xx`);
  return { requestsPerSecond, edgeCpuUs: (cpuTimeNs() - before) / 1_000 / requests };
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

function onProcessor(number: number): string[] {
  return cpus().length > number && cpus().length > 1 ? ["--cpuset-cpus", String(number)] : [];
}
