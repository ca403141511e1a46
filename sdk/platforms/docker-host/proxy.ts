import { join } from "node:path";
import { frontDoorAuthority } from "../../core/config/index.ts";
import { Failure } from "../../core/errors/index.ts";
import { ask } from "../../systems/http/index.ts";
import { markerName, readMarker } from "../../systems/nginx/index.ts";
import type { ProxyState } from "../platform.ts";
import type { Site } from "./site.ts";

/** The proxy is on this host and answers from memory. */
const proxyTimeoutMs = 2_000;

/**
 * Asks the proxy which environment it sends requests to. When it does not run, the marker that it will read decides.
 *
 * @throws Failure PROXY_DOWN when something is there that gives no answer: what it does with requests is not known.
 * @throws Failure PROXY_DISAGREES when it answers something else than the marker says: it looks at another directory.
 */
export async function askProxy(site: Site): Promise<ProxyState> {
  const { frontDoor, environmentPath } = site.values.proxy;
  const url = new URL(environmentPath, frontDoor).href;
  const answer = await ask(url, {
    timeoutMs: proxyTimeoutMs,
    caFile: frontDoorAuthority(site.configuration),
  });
  const marker = readMarker(site.markerDirectory);
  if (!answer.ok && isAbsence(answer.reason)) {
    // Whoever asks when the proxy answers does not wait for what talks to Docker to be loaded.
    const { composeCommand } = await import("../../systems/docker/index.ts");
    const start = composeCommand(site.shared, ["up", "-d", "--no-deps", site.values.proxy.service]);
    return { proxy: "down", active: marker, start };
  }
  if (!answer.ok) throw silent(url, answer.reason);
  const said = answer.body.trim();
  if (answer.status === 200 && said === marker) return { proxy: "up", active: marker };
  throw new Failure("PROXY_DISAGREES", {
    message: `the proxy at ${url} does not send requests where the marker says (${marker})`,
    why: `it answered ${answer.status} with "${said.slice(0, 80)}"`,
    remedy: `mount ${site.markerDirectory} into the proxy, as a directory, and include the switch in its server block (docs/your-stack.md); if that directory was removed and made again, ${sameAgain(said, site.markerDirectory)}restart the proxy, which still looks at the old one`,
    details: { url, status: answer.status, marker },
  });
}

/** A proxy that is restarted goes by the new directory: that has to say first what it serves now. */
function sameAgain(said: string, directory: string): string {
  const marker = join(directory, markerName);
  if (said === "green") return `first let it say what serves now (touch ${marker}), then `;
  return said === "blue" ? `first let it say what serves now (rm ${marker}), then ` : "";
}

/**
 * Nobody listens there, or who did went away in between. A port that Docker publishes accepts a connection before nginx
 * listens behind it, and then resets it.
 */
function isAbsence(reason: string): boolean {
  return /\((ECONNREFUSED|ConnectionRefused|ECONNRESET|ConnectionClosed|EHOSTUNREACH|ENETUNREACH)\)$/.test(
    reason,
  );
}

function silent(url: string, reason: string): Failure {
  return new Failure("PROXY_DOWN", {
    message: `the proxy at ${url} does not say where it sends requests`,
    why: reason,
    remedy:
      "mend or restart what listens there, or mend platform.proxy.frontDoor, or tls.ca for a certificate of an authority of your own",
    details: { url },
  });
}
