import { Failure, messageOf } from "../../core/errors/index.ts";
import { unusable } from "./secret.ts";

const isLoopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * The address as a URL. It is a secret, which must not cross a network in the clear.
 *
 * @throws Failure NOTIFY_UNUSABLE, which does not repeat it.
 */
export function secretUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback.test(url.hostname))) return url;
  throw unusable("the address is no https:// URL", "copy the whole address from the service that gave it");
}

/**
 * Sends a body, and takes any 2xx as heard. Redirects are not followed: they would carry the secret elsewhere.
 *
 * @throws Failure NOTIFY_FAILED with the status and the beginning of the answer.
 */
export async function post(url: URL, body: string, type: string, signal: AbortSignal): Promise<void> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      body,
      headers: { "content-type": type, "user-agent": "switchover" },
      redirect: "manual",
      // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
      tls: { rejectUnauthorized: true },
      signal,
    });
  } catch (cause) {
    throw failed(signal.aborted ? "no answer in time" : messageOf(cause));
  }
  if (response.ok) {
    await response.body?.cancel();
    return;
  }
  const answer = await beginningOf(response);
  throw failed(`answered ${response.status}${answer === "" ? "" : `: ${answer}`}`, response.status);
}

const shownCharacters = 200;

/**
 * No more of an answer is read than is shown: one without end would fill the memory of the job that is spoken of. It may
 * repeat the address, and where it is cut off in the midst of that, what is left could not be known as a secret: such a word
 * goes whole.
 */
async function beginningOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let isWhole = false;
  try {
    for await (const chunk of body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > shownCharacters) break;
    }
    isWhole = text.length <= shownCharacters;
  } catch {
    // What came before it was cut off says enough.
  }
  const shown = text.slice(0, shownCharacters);
  return (isWhole ? shown : shown.replace(/[^\s"<>]*$/, "")).trim();
}

export function failed(message: string, status?: number): Failure {
  return new Failure("NOTIFY_FAILED", {
    message,
    remedy: "look at the service, and at the address or the account in its secret file",
    details: { status },
  });
}
