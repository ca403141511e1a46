import { type ErrorCode, Failure, messageOf } from "../../../core/errors/index.ts";

/** What the SDK throws, as far as it is read here; RestError's own class would have to be loaded to ask for it. */
interface Thrown {
  name: string;
  /** An HTTP status, where there was an answer. */
  status: number | undefined;
  /** Azure's own word for it, such as AuthenticationFailed, or the network's, such as ECONNREFUSED. */
  code: string | undefined;
}

const credentialErrors =
  /^(?:AuthenticationError|AggregateAuthenticationError|CredentialUnavailableError|AuthenticationRequiredError)$/;

/** Whether the same request may come through the next time: the network, a server that is busy, a block that was damaged on its way. */
export function isTransient(thrown: unknown): boolean {
  const { name, status, code } = read(thrown);
  if (thrown instanceof Failure || credentialErrors.test(name)) return false;
  return isNoAnswer(status) || isDamagedOnItsWay(code);
}

/** Whether the server has nothing of that name. A HEAD's answer has no body, and so no code. */
export function isMissing(thrown: unknown): boolean {
  const { status, code } = read(thrown);
  return status === 404 && code !== "ContainerNotFound";
}

/** Whether the server has something of that name already, and so did not take this. */
export function isTaken(thrown: unknown): boolean {
  const { status, code } = read(thrown);
  return status === 412 || (status === 409 && code === "BlobAlreadyExists");
}

/** None from Azure, or one that says no more than "later". Below 400 it was something in between that answered. */
function isNoAnswer(status: number | undefined): boolean {
  return status === undefined || status < 400 || status === 408 || status === 429 || status >= 500;
}

function isDamagedOnItsWay(code: string | undefined): boolean {
  return code === "Md5Mismatch" || code === "Crc64Mismatch";
}

/** Tells a person what a request came to. The SDK's own error goes no further: its request has the SAS in its address. */
export function remoteFailure(what: string, thrown: unknown, tries = 1): Failure {
  if (thrown instanceof Failure) return thrown;
  const { name, status, code } = read(thrown);
  const [errorCode, remedy] = judged(name, status, code);
  const times = tries === 1 ? "" : `, ${tries} times`;
  return new Failure(errorCode, {
    message: `${what} failed${times}`,
    why: [code, firstLine(messageOf(thrown))].filter((part) => part !== undefined).join(": "),
    remedy,
    details: {
      what,
      tries,
      ...(status === undefined ? {} : { status }),
      ...(code === undefined ? {} : { code }),
    },
  });
}

function judged(
  name: string,
  status: number | undefined,
  code: string | undefined,
): [code: ErrorCode, remedy: string] {
  if (credentialErrors.test(name))
    return [
      "REMOTE_DENIED",
      "see that what backups.remote.auth names works on this machine; docs/runbooks/remote-backups.md",
    ];
  if (isDamagedOnItsWay(code))
    return [
      "REMOTE_DAMAGED",
      "look for what damages data on its way: this host's memory, a proxy in between",
    ];
  if (code === "ContainerNotFound")
    return [
      "REMOTE_CONTAINER_MISSING",
      "make the container that backups.remote.container names; docs/runbooks/remote-backups.md",
    ];
  if (code === "BlobArchived")
    return [
      "REMOTE_FAILED",
      "bring it back from the archive tier first: az storage blob set-tier --tier Hot, which takes hours",
    ];
  if (status === 401 || status === 403)
    return [
      "REMOTE_DENIED",
      "give what backups.remote.auth names the right to read, list and write blobs there, or take a new SAS; docs/runbooks/remote-backups.md",
    ];
  if (isNoAnswer(status))
    return [
      "REMOTE_UNREACHABLE",
      "see whether this host reaches backups.remote.endpoint, then run again: what arrived is kept",
    ];
  return ["REMOTE_FAILED", "look the code up in Azure's documentation, then run again: what arrived is kept"];
}

function read(thrown: unknown): Thrown {
  const { name, statusCode, code } = Object(thrown) as {
    name?: unknown;
    statusCode?: unknown;
    code?: unknown;
  };
  return {
    name: String(name),
    status: typeof statusCode === "number" ? statusCode : undefined,
    code: typeof code === "string" ? code : undefined,
  };
}

/** What follows are ids of the request, and a time. */
function firstLine(text: string): string {
  return text.split("\n", 1)[0]?.trim() ?? "";
}
