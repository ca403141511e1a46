import { expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listRemoteBackups, uploadBackup } from "../../../../sdk/systems/azure/index.ts";
import { startAzurite } from "../../../support/azurite.ts";
import { newBackupFolder } from "../../../support/backup-folder.ts";
import { failureOf } from "../../../support/failure-of.ts";
import { remoteIn } from "../../../support/remote.ts";

const mebibyte = 1024 * 1024;
const { signal } = new AbortController();

test("a server that stops half way ends the upload; when it is back, what it has is not sent again", async () => {
  const folder = mkdtempSync(join(tmpdir(), "azurite-"));
  const key = randomBytes(64).toString("base64");
  using backups = newBackupFolder();
  try {
    await using first = await startAzurite({ folder, key });
    const { containerName } = await first.newContainer();
    const { id } = backups.add([40 * mebibyte]);
    const remote = await remoteIn(first, containerName);
    let stopped: Promise<void> | undefined;
    const upload = uploadBackup(remote, backups.path, id, {
      signal,
      onProgress({ done }) {
        if (done >= 12 * mebibyte) stopped ??= first.stop();
      },
    });
    expect(await failureOf(upload)).toMatchObject({ code: "REMOTE_UNREACHABLE" });
    await stopped;

    const port = Number(new URL(first.endpoint).port);
    await using second = await startAzurite({ folder, key, port });
    const again = await remoteIn(second, containerName);
    expect((await listRemoteBackups(again, signal)).backups).toEqual([]);
    const { sentBytes, foundBytes } = await uploadBackup(again, backups.path, id, { signal });
    expect(foundBytes).toBeGreaterThanOrEqual(12 * mebibyte);
    expect(sentBytes + foundBytes).toBe(40 * mebibyte);
    expect((await listRemoteBackups(again, signal)).backups.map((backup) => backup.id)).toEqual([id]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
