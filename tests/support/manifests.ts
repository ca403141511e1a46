import { type Manifest, manifestFormat, newBackupId } from "../../sdk/core/manifest/index.ts";

/** A manifest of a small database's backup, with whatever a test says differently. */
export function manifestWith(change: Partial<Manifest> = {}): Manifest {
  const startedAt = change.startedAt ?? "2026-11-26T10:58:13.000Z";
  return {
    format: manifestFormat,
    id: newBackupId(new Date(startedAt)),
    project: "cell-hub",
    kind: "manual",
    startedAt,
    endedAt: startedAt,
    tool: "0.1.0",
    host: "host",
    items: [
      {
        type: "globals",
        name: "globals",
        file: "globals.sql.zst",
        bytes: 10,
        rawBytes: 20,
        sha256: "0".repeat(64),
        compression: "zstd",
        facts: { serverVersion: 150014, passwords: true },
      },
    ],
    verified: { tier: "decode", at: startedAt },
    pinned: false,
    uploaded: [],
    ...change,
  };
}
