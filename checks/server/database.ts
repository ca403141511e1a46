import { z } from "zod";
import { Failure } from "../../sdk/core/errors/index.ts";
import type { CheckContext, Look } from "../../sdk/core/finding/index.ts";
import { connect, type Session } from "../../sdk/systems/postgres/index.ts";
import { passwordIn } from "./password.ts";
import { findServer, passwordOptions, placeOptions } from "./place.ts";

/** The options by which a check is told which database, and as whom. */
export const databaseOptions = {
  ...placeOptions,
  port: z.int().min(1).max(65535).default(5432).describe("The server's port."),
  database: z.string().describe("The database's name."),
  user: z.string().describe("Who connects."),
  ...passwordOptions("DB_PASSWORD"),
  tls: z.boolean().default(false).describe("Connect by TLS, and verify the server's certificate."),
  ca: z.string().optional().describe("The file with the authority of the server's certificate, as PEM."),
} as const;

const databaseSchema = z.object(databaseOptions);
type Target = z.output<typeof databaseSchema>;

/** What a look may take of its check's time, so that it can still say what it has waited for. */
const share = 0.8;

/** Looks at a database over one connection. A server that does not let us in is a finding. */
export async function lookAtDatabase(
  target: Target,
  context: CheckContext,
  look: (session: Session) => Promise<Look>,
): Promise<Look> {
  const found = await findServer(target, context);
  if ("look" in found) return found.look;
  const { port, user, database, envFile, passwordVariable, tls, ca } = target;
  const limitMs = context.deadlineMs * share;
  try {
    await using session = await connect(
      {
        host: found.host,
        port,
        user,
        password: passwordIn(envFile, passwordVariable, context),
        database,
        tls: tls ? { mode: "verify-full", caFile: ca } : { mode: "off" },
      },
      {
        connectMs: limitMs / 2,
        statementMs: limitMs / 2,
        lockMs: limitMs / 4,
        asUsual: true,
        signal: context.signal,
      },
    );
    return await look(session);
  } catch (thrown) {
    if (!(thrown instanceof Failure) || !("host" in thrown.details)) throw thrown;
    const { message, why, remedy, code } = thrown;
    const summary = why === undefined ? message : `${message}: ${why}`;
    return { status: "fail", summary, remedy, evidence: { code, ...thrown.details } };
  }
}
