import { Failure } from "../../core/errors/index.ts";
import type { PostgresFacts } from "../../core/manifest/index.ts";
import { identifier, literal, type Session } from "./connection.ts";

/** These hold lists: as one literal, the whole list would become the name of one thing. As in pg_dump's variable_is_guc_list_quote. */
const lists = new Set([
  "local_preload_libraries",
  "search_path",
  "session_preload_libraries",
  "shared_preload_libraries",
  "temp_tablespaces",
  "unix_socket_directories",
]);

/** SQLSTATE undefined_object and invalid_parameter_value: the server has no such setting any more, or takes no such value. */
const notTaken = ["42704", "22023"];

/**
 * Gives a restored database what stands in no dump: its settings, those of roles in it, its access rights, and its limit of
 * connections. Gives, in words, what this user may not set, and settings that this server does not take: it may be of another
 * version than the one that they come from.
 *
 * @throws Failure DATABASE_QUERY_FAILED when a role is missing
 */
export async function reapply(session: Session, name: string, facts: PostgresFacts): Promise<string[]> {
  const refused: string[] = [];
  const attempt = async (statements: readonly string[], what: string, isSetting = false) => {
    try {
      await session.query(`BEGIN; ${statements.join("; ")}; COMMIT`);
    } catch (thrown) {
      await session.query("ROLLBACK").catch(() => {});
      if (!(thrown instanceof Failure)) throw thrown;
      const isNotTaken = isSetting && notTaken.includes(String(thrown.details["sqlstate"]));
      if (thrown.code !== "DATABASE_FORBIDDEN" && !isNotTaken) throw thrown;
      refused.push(`${what}: ${thrown.why ?? thrown.message}`);
    }
  };
  for (const { role, values } of facts.settings) {
    for (const value of values) {
      await attempt(
        settingStatements(name, role, value),
        `${role === undefined ? "" : `for ${role}, `}${value}`,
        true,
      );
    }
  }
  if (facts.acl !== undefined) {
    await attempt(
      await grantStatements(session, name, facts.owner, facts.acl),
      `the rights ${facts.acl.join(" ")}`,
    );
  }
  if (facts.connectionLimit !== -1) {
    const limit = `ALTER DATABASE ${identifier(name)} CONNECTION LIMIT ${facts.connectionLimit}`;
    await attempt([limit], `the limit of ${facts.connectionLimit} connections`);
  }
  return refused;
}

/** @param setting as the catalogue has it, `name=value` */
export function settingStatements(database: string, role: string | undefined, setting: string): string[] {
  const at = setting.indexOf("=");
  const [name, value] = [setting.slice(0, at), setting.slice(at + 1)];
  const target =
    role === undefined
      ? `ALTER DATABASE ${identifier(database)}`
      : `ALTER ROLE ${identifier(role)} IN DATABASE ${identifier(database)}`;
  const quoted = name.split(".").map(identifier).join(".");
  if (!lists.has(name)) return [`${target} SET ${quoted} TO ${literal(value)}`];
  return [
    `SELECT set_config(${literal(name)}, ${literal(value)}, true)`,
    `${target} SET ${quoted} FROM CURRENT`,
  ];
}

/** The server itself reads its way of writing rights down. Grants that were made by somebody else than the owner become the owner's. */
async function grantStatements(
  session: Session,
  database: string,
  owner: string,
  acl: readonly string[],
): Promise<string[]> {
  const rights = await session.query<{ role: string | null; right: string; grantable: boolean }>(
    `SELECT rolname AS role, privilege_type AS right, is_grantable AS grantable
     FROM aclexplode($1::text[]::aclitem[]) LEFT JOIN pg_roles ON oid = grantee`,
    [acl],
  );
  const target = identifier(database);
  return [
    `REVOKE ALL ON DATABASE ${target} FROM PUBLIC, ${identifier(owner)}`,
    ...rights.map(({ role, right, grantable }) => {
      const to = role === null ? "PUBLIC" : identifier(role);
      return `GRANT ${right} ON DATABASE ${target} TO ${to}${grantable ? " WITH GRANT OPTION" : ""}`;
    }),
  ];
}
