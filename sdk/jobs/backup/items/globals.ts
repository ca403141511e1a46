import { Failure } from "../../../core/errors/index.ts";
import type { Item } from "../../../core/manifest/index.ts";
import {
  accessTo,
  connect,
  globalsEnd,
  globalsStage,
  isSuperuser,
  type Server,
  serverVersion,
} from "../../../systems/postgres/index.ts";
import { type Making, make } from "../making.ts";
import { tellComplaints } from "./complaints.ts";
import { dumpFailure } from "./dump-failure.ts";

/**
 * Writes down the server's roles and tablespaces, which stand in no dump of a database.
 *
 * @throws Failure as `backUpDatabase` does
 */
export async function backUpGlobals(
  making: Making,
  server: Server,
  { name, database }: { name: string; database: string },
  file: string,
): Promise<Item> {
  const { signal } = making.desk;
  const facts = await (async () => {
    await using session = await connect(accessTo(server, database), { signal });
    return { serverVersion: await serverVersion(session), passwords: await isSuperuser(session) };
  })();
  const stages = [globalsStage(server, database, facts.passwords)];
  await using made = await make(making, { type: "globals", name, file, stages, signal }).catch(
    (thrown: unknown) => {
      throw dumpFailure(thrown, database);
    },
  );
  tellComplaints(making.desk, made.exits);
  const { rawBytes, tail } = await made.prove();
  if (!tail.toString().includes(globalsEnd)) throw cutOff();
  return { type: "globals", ...made.common, rawBytes, facts };
}

function cutOff(): Failure {
  return new Failure("BACKUP_FAILED", {
    message: "the server's roles were not written to their end",
    why: `pg_dumpall did not write its last line, "${globalsEnd}"`,
    remedy: "read the server's log, and run again",
  });
}
