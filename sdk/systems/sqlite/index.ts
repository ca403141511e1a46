export type { SqliteOptions } from "./ask.ts";
export { prepareSqlite, type SqliteFacts, snapshotSqlite, sqliteFacts, swapSqlite } from "./sqlite.ts";
