import { type Manifest, manifestFile, parseManifest, type Unreadable } from "../../../core/manifest/index.ts";
import { attempt } from "../blob/attempts.ts";
import { isMissing } from "../blob/failures.ts";
import type { Transfer } from "../blob/send.ts";
import type { Remote } from "./open.ts";

/** A manifest names every table of every database; more than this is none of ours, and must not fill the memory. */
const mostBytes = 64 * 1024 * 1024;

/**
 * The manifest of a remote backup: undefined where there is none, and so no backup.
 *
 * @throws Failure REMOTE_…
 */
export async function readRemoteManifest(
  remote: Remote,
  id: string,
  { pace, signal }: Pick<Transfer, "pace" | "signal">,
): Promise<Manifest | Unreadable | undefined> {
  const blob = remote.container.getBlobClient(`${remote.prefix}${id}/${manifestFile}`);
  return attempt(`reading ${blob.name}`, pace, signal, async (abortSignal) => {
    try {
      const { contentLength = 0 } = await blob.getProperties({ abortSignal });
      if (contentLength === 0 || contentLength > mostBytes)
        return { id, why: `its manifest has ${contentLength} bytes` };
      const bytes = await blob.downloadToBuffer(0, contentLength, {
        abortSignal,
        maxRetryRequestsPerBlock: 0,
      });
      return parseManifest(id, bytes.toString("utf8"));
    } catch (thrown) {
      if (isMissing(thrown)) return undefined;
      throw thrown;
    }
  });
}
