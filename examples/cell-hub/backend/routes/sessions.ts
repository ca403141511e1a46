import { required } from "../../runtime/env.ts";
import { readJson } from "../read-json.ts";
import { type Session, signSession, verifySession } from "../session.ts";

const accessSeconds = 15 * 60;
const refreshSeconds = 7 * 24 * 3600;

export interface Secrets {
  readonly access: string;
  readonly refresh: string;
}

/** The two secrets that sessions are signed with. */
export function readSecrets(): Secrets {
  return { access: required("JWT_ACCESS_SECRET"), refresh: required("JWT_REFRESH_SECRET") };
}

/** Opens a session for whoever gives a name: the example has no accounts, only sessions to keep. */
export async function login(secrets: Secrets, request: Request): Promise<Response> {
  const { user } = await readJson(request);
  if (typeof user !== "string" || !/^[\w .@-]{1,80}$/.test(user)) {
    return Response.json({ error: "user: 1 to 80 letters, digits or _ . @ -" }, { status: 400 });
  }
  return tokens(secrets, user);
}

/** Exchanges a refresh token for new tokens. */
export async function refresh(secrets: Secrets, request: Request): Promise<Response> {
  const { refreshToken } = await readJson(request);
  const session = typeof refreshToken === "string" ? verifySession(refreshToken, secrets.refresh) : undefined;
  return session ? tokens(secrets, session.user) : unauthorized();
}

/** Who the bearer of the token is. */
export function me(secrets: Secrets, request: Request): Response {
  const session = bearer(request, secrets);
  return session ? Response.json(session) : unauthorized();
}

function bearer(request: Request, secrets: Secrets): Session | undefined {
  const [scheme, token] = (request.headers.get("authorization") ?? "").split(" ", 2);
  return scheme === "Bearer" && token ? verifySession(token, secrets.access) : undefined;
}

function tokens(secrets: Secrets, user: string): Response {
  return Response.json({
    user,
    token: signSession(user, accessSeconds, secrets.access),
    refreshToken: signSession(user, refreshSeconds, secrets.refresh),
  });
}

function unauthorized(): Response {
  return Response.json({ error: "no valid token" }, { status: 401 });
}
