import type { PostgresFacts } from "../../core/manifest/index.ts";
import type { Session } from "./connection.ts";

/** `name=rights/grantor`, the name quoted where it has more than letters; empty for everybody. */
const aclItem = /^(?:"(?<quoted>(?:[^"]|"")*)"|(?<plain>[^=]*))=/;

/** The roles that a database's own properties name and the server lacks; what its tables grant stands in the dump. */
export async function missingRoles(
  session: Session,
  { owner, settings, acl }: Pick<PostgresFacts, "owner" | "settings" | "acl">,
): Promise<string[]> {
  const named = [owner, ...settings.flatMap(({ role }) => role ?? []), ...(acl ?? []).map(granteeOf)];
  const rows = await session.query<{ name: string }>(
    "SELECT unnest($1::text[]) AS name EXCEPT SELECT rolname FROM pg_roles ORDER BY name",
    [named.filter((name) => name !== "")],
  );
  return rows.map(({ name }) => name);
}

export function granteeOf(item: string): string {
  const { quoted, plain } = aclItem.exec(item)?.groups ?? {};
  return quoted?.replaceAll('""', '"') ?? plain ?? "";
}
