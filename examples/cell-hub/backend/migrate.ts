import pg from "pg";
import { reason } from "../runtime/log.ts";
import { parseMisbehaviour } from "../runtime/misbehaviour.ts";
import { applyPending } from "./migrate/apply.ts";
import { misbehavingMigrations } from "./migrate/misbehaving.ts";
import { readMigrations } from "./migrate/read.ts";
import { status } from "./migrate/status.ts";
import { databaseSettings } from "./settings.ts";

try {
  process.stdout.write(`${JSON.stringify(await main(process.argv[2]))}\n`);
} catch (error) {
  process.stderr.write(`${reason(error)}\n`);
  process.exitCode = 1;
}

async function main(command: string | undefined): Promise<unknown> {
  if (command !== "up" && command !== "status") throw new Error("usage: bun migrate.ts up | status");
  const misbehaviour = parseMisbehaviour(process.env["MISBEHAVE"] ?? "");
  const migrations = [...(await readMigrations()), ...misbehavingMigrations(misbehaviour)];
  const client = new pg.Client({ ...databaseSettings(), application_name: "cell-hub-migrate" });
  // A connection that breaks while a query runs is reported by that query as well.
  client.on("error", () => {});
  await client.connect();
  try {
    if (command === "status") return await status(client, migrations);
    return await applyPending(client, migrations);
  } finally {
    await client.end();
  }
}
