import { shownSize } from "../../core/config/index.ts";
import { Excess } from "./fault.ts";

/**
 * The whole of a body.
 *
 * @throws Excess as soon as more has come than the limit allows; nothing more is read then.
 */
export async function readWhole(body: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let read = 0;
  for await (const chunk of body) {
    read += chunk.byteLength;
    if (read > limit)
      throw new Excess("too large", `its body is larger than ${shownSize(limit)}, and was not read further`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
