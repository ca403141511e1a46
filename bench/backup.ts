#!/usr/bin/env -S bun --no-env-file --no-install
import { openGigabyte } from "./backup/database.ts";
import { backUpWithOurs, type Ours } from "./backup/ours.ts";
import { backUpWithPipe } from "./backup/pipe.ts";
import { measureRestores } from "./backup/restores.ts";
import { sampleRow } from "./support/measured.ts";
import { median } from "./support/median.ts";
import { runBench } from "./support/run-bench.ts";
import { inTurns } from "./support/turns.ts";

await runBench({
  name: "backup",
  summary:
    "How quickly backup-db dumps a database of a gigabyte, beside pg_dump piped into zstd, and restore-db restores it, beside pg_restore -j2",
  rounds: 5,
  measure: async ({ rounds, signal, say }) => {
    say("making a database of a gigabyte");
    await using gigabyte = await openGigabyte();
    const ours: Ours[] = [];
    say(`backing it up, ${rounds} times in turn with the pipe`);
    const seconds = await inTurns(
      rounds,
      {
        ours: async () => {
          const taken = await backUpWithOurs(gigabyte);
          ours.push(taken);
          return taken.madeSeconds;
        },
        pipe: () => backUpWithPipe(gigabyte),
      },
      signal,
    );
    const restoreRounds = Math.min(rounds, 3);
    say(`restoring it, ${restoreRounds} times in turn with pg_restore -j2`);
    const restores = await measureRestores(gigabyte, restoreRounds, signal);
    const [first] = ours;
    const oursSeconds = median(seconds.ours);
    const pipeSeconds = median(seconds.pipe);
    const proven = ours.map(({ provenSeconds }) => provenSeconds);
    return {
      figures: {
        oursSeconds,
        pipeSeconds,
        provenSeconds: median(proven),
        restoreSeconds: median(restores.ours),
        pgRestoreSeconds: median(restores.pgRestore),
        peakMB: Math.max(...ours.map(({ peakMB }) => peakMB)),
        rawMB: (first?.rawBytes ?? 0) / 1e6,
        storedMB: (first?.bytes ?? 0) / 1e6,
      },
      ratios: {
        throughputVsPipe: pipeSeconds / oursSeconds,
        restoreVsPgRestore: median(restores.pgRestore) / median(restores.ours),
      },
      tables: [
        {
          title: "until the dump is whole",
          rows: [
            sampleRow("backup-db: counted, hashed, on the disk", seconds.ours, "s"),
            sampleRow("pg_dump -Fc -Z0 | zstd -3 -T0, pipefail", seconds.pipe, "s"),
          ],
        },
        {
          title: "until it is restored beside the database that serves",
          rows: [
            sampleRow("restore-db: decoded, analysed, compared", restores.ours, "s"),
            sampleRow("pg_restore -j2 of an uncompressed dump", restores.pgRestore, "s"),
          ],
        },
        { title: "and until it is proven", rows: [sampleRow("backup-db: read back, decoded", proven, "s")] },
      ],
      limits: [
        { key: "throughputVsPipe", atLeast: 0.95 },
        { key: "peakMB", atMost: 150 },
      ],
    };
  },
});
