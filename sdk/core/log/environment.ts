const secretKey =
  /PASS|PWD|(?:^|_)PW(?:_|$)|SECRET|TOKEN|KEY|CREDENTIAL|DSN|AUTH|PRIVATE|SALT|COOKIE|SIGNATURE|WEBHOOK|CONNECTION_?STRING/i;

/** Keys that speak of a secret without holding one: `TOKEN_TTL=3600`, `PASSWORD_FILE=/run/secrets/db`. */
const quantityKey =
  /(?:TTL|SECONDS|MINUTES|HOURS|DAYS|MS|TIMEOUT|EXPIRES?(?:_IN)?|EXPIRY|LENGTH|SIZE|ROUNDS|PORT|COUNT|LIMIT)$/i;
/** Keys whose value is what something is called: `COMPOSE_PROJECT_NAME`, `DB_USER`. A log without those says little. */
const nameKey =
  /(?:^|_)(?:NAME|PROJECT|NETWORK|HOST|HOSTNAME|DOMAIN|USER|USERNAME|DATABASE|ENVIRONMENT|REGION|SERVICE)$/i;
/** What is said about a key, and is none itself when it is a plain word: `REDIS_KEY_PREFIX=blue`. */
const aboutKey = /KEY_?(?:PREFIX|SUFFIX|SPACE|ID|NAME|TYPE|FORMAT|ALGORITHM)$/i;
const pathKey = /_(?:FILE|PATH|DIR)$/i;

const shortestSecret = 4;
const shortestUnnamed = 12;

/**
 * The values of an environment file that must never be shown: those whose key says so, the credentials in URLs, and
 * anything long that is not plainly harmless.
 */
export function secretsOfEnvironment(entries: Readonly<Record<string, string | undefined>>): string[] {
  const secrets = new Set<string>();
  for (const [key, raw = ""] of Object.entries(entries)) {
    const value = raw.trim();
    if (value.length < shortestSecret || isSwitch(value)) continue;
    const credentials = credentialsOf(value);
    for (const secret of credentials) secrets.add(secret);
    if (credentials.length > 0 || isSecret(key, value)) secrets.add(value);
  }
  return [...secrets];
}

function isSecret(key: string, value: string): boolean {
  if (!secretKey.test(key)) {
    return value.length >= shortestUnnamed && !isHarmless(value) && !(nameKey.test(key) && isName(value));
  }
  if (aboutKey.test(key) && !secretKey.test(key.replace(aboutKey, "")) && isPlainWord(value)) return false;
  if (isNumber(value) && quantityKey.test(key)) return false;
  return !(pathKey.test(key) && isPath(value));
}

/** The passwords inside a URL or a key/value connection string, as they stand and decoded. */
function credentialsOf(value: string): string[] {
  const inUrl = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#]*?:([^\s/?#]+)@/i.exec(value)?.[1];
  const inPairs =
    /(?:^|[\s;])(?:password|pwd|accountkey|sharedaccesskey)\s*=\s*('[^']*'|"[^"]*"|[^\s;]+)/i.exec(
      value,
    )?.[1];
  const found = [inUrl, inPairs?.replace(/^(['"])(.*)\1$/, "$2")].filter((secret) => secret !== undefined);
  return found
    .flatMap((secret) => [secret, decoded(secret)])
    .filter((secret) => secret.length >= shortestSecret);
}

function decoded(secret: string): string {
  try {
    return decodeURIComponent(secret);
  } catch {
    return secret;
  }
}

function isHarmless(value: string): boolean {
  return isNumber(value) || isPath(value) || isAddress(value) || isPlainUrl(value) || isImage(value);
}

/** Lower-case words; a random text has digits among its letters. */
function isName(value: string): boolean {
  return /^[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*$/.test(value) && !value.split(/[._-]/).some(isLikeToken);
}

/** Short, of lower-case letters, with a mark at its end at most: `blue`, `hub:`. */
function isPlainWord(value: string): boolean {
  return value.length < shortestUnnamed && /^[a-z]+[:._-]?$/.test(value);
}

function isSwitch(value: string): boolean {
  return /^(?:true|false|yes|no|on|off|none|null|enabled?|disabled?)$/i.test(value);
}

function isNumber(value: string): boolean {
  return /^[+-]?\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(value);
}

function isPath(value: string): boolean {
  return /^(?:~|\.{1,2})?\/[\w./@ -]*$/.test(value);
}

/** An IP with or without a port or a prefix, host.domain, host:port, and lists of them. */
function isAddress(value: string): boolean {
  return value.split(",").every((part) => isIp(part.trim()) || isHost(part.trim()));
}

function isIp(value: string): boolean {
  return (
    /^\d{1,3}(?:\.\d{1,3}){3}(?:[:/]\d{1,5})?$/.test(value) ||
    /^\[?[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}\]?(?:[:/]\d{1,5})?$/i.test(value)
  );
}

/** In lower case, as host names are written: a token with dots in it has capitals. */
function isHost(value: string): boolean {
  const label = "[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?";
  const port = ":\\d{1,5}";
  return new RegExp(
    `^(?:${label}(?:\\.${label})*${port}|${label}(?:\\.${label})*\\.[a-z]{2,12}(?:${port})?)$`,
  ).test(value);
}

function isPlainUrl(value: string): boolean {
  const path = /^[a-z][a-z0-9+.-]*:\/\/[\w.[\]:-]+((?:\/[\w./~-]*)?)$/i.exec(value)?.[1];
  return path !== undefined && !path.split("/").some(isLikeToken);
}

function isLikeToken(word: string): boolean {
  return word.length >= 20 && /\d/.test(word);
}

/** repository:version or repository@digest; a bare `word:word` could be a user and a password. */
function isImage(value: string): boolean {
  const parts = /^([a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::(\w[\w.-]{0,127}))?(@sha256:[0-9a-f]{64})?$/.exec(
    value,
  );
  if (parts === null) return false;
  const [, repository = "", tag = "", digest] = parts;
  if (digest !== undefined) return true;
  if (repository.split("/").some(isLikeToken) || isLikeToken(tag)) return false;
  return repository.includes("/") || /^v?\d+(?:[.-]|$)/.test(tag);
}
