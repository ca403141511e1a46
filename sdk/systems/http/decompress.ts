import { promisify } from "node:util";
import { shownSize } from "../../core/config/index.ts";
import { Excess } from "./fault.ts";

/**
 * A body as it is meant, where a server compresses it although it was asked not to.
 *
 * @param encoding the answer's content-encoding
 * @param limit the bytes that it may have then
 * @throws Excess when there would be more, of which nothing is kept, and for an encoding that is not known; otherwise what
 *   zlib throws for a body that is not in its encoding
 */
export async function decompressed(
  body: Uint8Array,
  encoding: string | undefined,
  limit: number,
): Promise<Uint8Array> {
  if (body.byteLength === 0 || encoding === undefined || encoding.toLowerCase() === "identity") return body;
  const decompress = await decompressorOf(encoding.toLowerCase());
  try {
    return await decompress(body, { maxOutputLength: limit });
  } catch (thrown) {
    if (thrown instanceof RangeError)
      throw new Excess("too large", `its body is larger than ${shownSize(limit)} once it is decompressed`);
    throw thrown;
  }
}

async function decompressorOf(encoding: string) {
  const { brotliDecompress, unzip, zstdDecompress } = await import("node:zlib");
  switch (encoding) {
    case "gzip":
    case "x-gzip":
    case "deflate":
      return promisify(unzip);
    case "br":
      return promisify(brotliDecompress);
    case "zstd":
      return promisify(zstdDecompress);
    default:
      throw new Excess(
        "encoding",
        `its body is encoded as ${JSON.stringify(encoding)}, which is not read here`,
      );
  }
}
