import { exchange } from "../../sdk/systems/http/index.ts";
import { shownUrl } from "../http/request.ts";
import { parsedJson } from "../json/differences.ts";

export interface Client {
  headers: Readonly<Record<string, string>>;
  timeoutMs: number;
  caFile: string | undefined;
  signal: AbortSignal;
}

interface Upload {
  method: "POST" | "PUT";
  field: string | undefined;
  content: Uint8Array<ArrayBuffer>;
}

type Uploaded = { answer: unknown; shown: string } | { fault: string };

const shownCharacters = 200;
/** Removing has a time of its own: the check may have been cut off. */
const removalMs = 5_000;

export async function upload(
  url: string,
  { method, field, content }: Upload,
  client: Client,
): Promise<Uploaded> {
  const { body, type } =
    field === undefined ? { body: content, type: "application/octet-stream" } : await form(field, content);
  const answer = await exchange({
    ...client,
    url,
    method,
    headers: { ...client.headers, "content-type": type },
    body,
  });
  if (!answer.ok)
    return { fault: `the upload gets no whole answer, so that its file may be left there: ${answer.reason}` };
  const shown = new TextDecoder()
    .decode(answer.body.subarray(0, shownCharacters))
    .replaceAll(/\s+/g, " ")
    .trim();
  if (answer.status < 200 || answer.status >= 300)
    return { fault: `the upload is answered ${answer.status}${shown === "" ? "" : `: ${shown}`}` };
  return { answer: parsedJson(new TextDecoder().decode(answer.body)), shown };
}

/** What a browser would send. */
async function form(field: string, content: Uint8Array<ArrayBuffer>) {
  const data = new FormData();
  data.set(field, new Blob([content]), `switchover-check-${crypto.randomUUID()}.bin`);
  const request = new Response(data);
  // The header has the boundary only until the body is read.
  const type = request.headers.get("content-type") ?? "multipart/form-data";
  return { body: await request.bytes(), type };
}

/** What is wrong with the file that comes back; nothing when it is the one that was sent. */
export async function download(
  url: string,
  content: Uint8Array,
  client: Client,
): Promise<string | undefined> {
  const answer = await exchange({ ...client, url, bodyLimit: content.byteLength + 1 });
  const from = shownUrl(url);
  if (!answer.ok) return `the download from ${from} gets no whole answer: ${answer.reason}`;
  if (answer.status !== 200) return `the download from ${from} is answered ${answer.status}`;
  if (answer.body.byteLength !== content.byteLength)
    return `${answer.body.byteLength} bytes came back of ${content.byteLength}`;
  const first = answer.body.findIndex((byte, index) => byte !== content[index]);
  return first === -1
    ? undefined
    : `the file that came back differs from the one that was sent, from byte ${first} on`;
}

/**
 * Removes the file, and sees that it is gone. Gives what is wrong, where it is not.
 *
 * @param from where it could be downloaded, where that is known
 */
export async function remove(
  at: string,
  from: string | undefined,
  { headers, timeoutMs, caFile }: Client,
): Promise<string | undefined> {
  const removed = await exchange({ url: at, method: "DELETE", headers, caFile, timeoutMs: removalMs });
  const left = `the file could not be removed, and is still at ${shownUrl(at)}`;
  if (!removed.ok) return `${left}: ${removed.reason}`;
  if (removed.status < 200 || removed.status >= 300) return `${left}: DELETE is answered ${removed.status}`;
  if (from === undefined) return undefined;
  const again = await exchange({ url: from, headers, caFile, timeoutMs: Math.min(timeoutMs, removalMs) });
  const isThere = again.ok && again.status >= 200 && again.status < 300;
  return isThere ? `the file is still there after it was removed: ${shownUrl(from)}` : undefined;
}
