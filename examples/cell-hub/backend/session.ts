import { createHmac, timingSafeEqual } from "node:crypto";

export interface Session {
  readonly user: string;
  /** Seconds since 1970. */
  readonly expires: number;
}

const header = encode({ alg: "HS256", typ: "JWT" });

/** Signs a token. Both environments hold the same secret, so a switch logs nobody out. */
export function signSession(user: string, seconds: number, secret: string): string {
  const now = Math.floor(Date.now() / 1000);
  const body = `${header}.${encode({ sub: user, iat: now, exp: now + seconds })}`;
  return `${body}.${signature(body, secret)}`;
}

/** The session of a token, or `undefined` for one that is malformed, forged or too old. */
export function verifySession(token: string, secret: string): Session | undefined {
  const [head, payload, given, ...rest] = token.split(".");
  if (head !== header || !payload || !given || rest.length > 0) return undefined;
  if (!sameText(given, signature(`${head}.${payload}`, secret))) return undefined;
  const { sub, exp } = JSON.parse(Buffer.from(payload, "base64url").toString()) as {
    sub: string;
    exp: number;
  };
  return exp > Date.now() / 1000 ? { user: sub, expires: exp } : undefined;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function signature(body: string, secret: string): string {
  return createHmac("sha256", secret).update(body).digest("base64url");
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
