import { join } from "node:path";
import { type Configuration, shownBytes } from "../../core/config/index.ts";
import { messageOf } from "../../core/errors/index.ts";
import { folderOf, type Item, type Manifest } from "../../core/manifest/index.ts";
import { counted } from "../../core/text/index.ts";
import { connectForMaintenance, missingRoles } from "../../systems/postgres/index.ts";
import { backupsFolder, findServer } from "../backup/index.ts";
import type { RemoteBackups } from "./remote.ts";

/** What a database needs of its server, which no restore makes by itself. */
export interface Needs {
  database: string;
  missingRoles: readonly string[];
}

/**
 * What the databases of a backup need and the server lacks; a text says why that cannot be told.
 */
export async function needsOf(configuration: Configuration, backup: Manifest): Promise<Needs[] | string> {
  const databases = backup.items.flatMap((item) => (item.type === "postgres" ? [item] : []));
  if (databases.length === 0) return [];
  try {
    await using session = await connectForMaintenance(await findServer(configuration), {});
    const needs: Needs[] = [];
    for (const { name, facts } of databases)
      needs.push({ database: name, missingRoles: await missingRoles(session, facts) });
    return needs;
  } catch (thrown) {
    return messageOf(thrown);
  }
}

/**
 * A backup for a person: what it holds, what it needs, and how it is restored.
 *
 * @param remote where it lies, when that is not this host.
 */
export function shownBackup(
  configuration: Configuration,
  backup: Manifest,
  needs: Needs[] | string,
  remote?: Pick<RemoteBackups, "where">,
): string[] {
  const { id, kind, startedAt, release, deployment, host, verified, uploaded } = backup;
  const folder = remote === undefined ? folderOf(backupsFolder(configuration), backup) : remote.where + id;
  const restore = `./scripts/restore-db.ts restore ${id}${remote === undefined ? "" : " --from blob"}`;
  return [
    `${id}  ${kind}, ${startedAt}, made on ${host}`,
    ...(release === undefined ? [] : [`while release ${release} served`]),
    ...(deployment === undefined
      ? []
      : [`before the deployment of ${deployment.release} (run ${deployment.run})`]),
    `verified: ${verified.tier}, ${verified.at}`,
    ...uploaded.map(({ where, at }) => `copy: ${where}, ${at}`),
    "",
    ...backup.items.flatMap((item) => itemLines(folder, item)),
    "",
    ...needLines(needs),
    `restore it beside what serves:   ${restore}`,
    `put it into its place:           ${restore} --in-place`,
    "without Switchover:              docs/runbooks/restore-by-hand.md",
  ];
}

function itemLines(folder: string, item: Item): string[] {
  const sealed =
    item.encryption === undefined ? "" : `, encrypted to ${item.encryption.recipients.join(", ")}`;
  return [
    `${item.type} ${item.name}  ${shownBytes(item.rawBytes)} (${shownBytes(item.bytes)} in ${join(folder, item.file)}${sealed})`,
    `  ${detailOf(item)}`,
  ];
}

function detailOf(item: Item): string {
  switch (item.type) {
    case "postgres": {
      const { tables, extensions, owner, encoding, collation } = item.facts;
      const rows = rowsIn(tables);
      const named = extensions.map(({ name, version }) => `${name} ${version}`).join(", ");
      return `${counted(tables.length, "table")}, ${counted(rows, "row")}; owner ${owner}; ${encoding}, ${collation}; extensions: ${named || "none"}`;
    }
    case "globals":
      return `roles and tablespaces${item.facts.passwords ? "" : ", without passwords"}; never restored by itself`;
    case "sqlite": {
      const { path, leadsTo, tables } = item.facts;
      const place = leadsTo === undefined ? path : `${path}, a link to ${leadsTo}`;
      return `${place}: ${counted(tables.length, "table")}, ${counted(rowsIn(tables), "row")}`;
    }
    case "directory":
    case "file":
      return `${item.facts.path}: ${item.facts.entries} entries`;
  }
}

function rowsIn(tables: readonly { rows: number }[]): number {
  return tables.reduce((sum, { rows }) => sum + rows, 0);
}

function needLines(needs: Needs[] | string): string[] {
  if (typeof needs === "string") return [`what the server lacks for it cannot be told: ${needs}`, ""];
  const lacking = needs.filter(({ missingRoles: roles }) => roles.length > 0);
  if (lacking.length === 0) return [];
  return [
    ...lacking.map(
      ({ database, missingRoles: roles }) =>
        `${database} needs roles that the server lacks: ${roles.join(", ")}`,
    ),
    "  make them, or take their lines from the globals: docs/runbooks/restore-by-hand.md",
    "",
  ];
}
