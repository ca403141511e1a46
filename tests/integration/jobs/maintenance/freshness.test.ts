import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { maintenanceChecks } from "../../../../checks/index.ts";
import example from "../../../../examples/cell-hub/deployment.config.ts";
import { parseConfiguration } from "../../../../sdk/core/config/index.ts";
import { createRedactor } from "../../../../sdk/core/log/index.ts";
import { type Manifest, newBackupId, writeManifest } from "../../../../sdk/core/manifest/index.ts";
import { certificate, freshness } from "../../../../sdk/jobs/maintenance/tasks/checks.ts";
import { openRemote, uploadBackup } from "../../../../sdk/systems/azure/index.ts";
import { type Azurite, startAzurite } from "../../../support/azurite.ts";
import { daysFromNow, issueCertificate } from "../../../support/certificates.ts";
import { failureOf } from "../../../support/failure-of.ts";
import { maintenanceDesk } from "../../../support/maintenance-desk.ts";
import { manifestWith } from "../../../support/manifests.ts";

let azurite: Azurite;
let remote: object;
const root = mkdtempSync(join(tmpdir(), "switchover-freshness-"));
beforeAll(async () => {
  azurite = await startAzurite();
  const { containerName } = await azurite.newContainer();
  writeFileSync(join(root, "sas"), azurite.sas(containerName), { mode: 0o600 });
  remote = {
    endpoint: azurite.endpoint,
    container: containerName,
    auth: { method: "sas-file", file: "sas" },
  };
}, 120_000);
afterAll(async () => {
  await azurite[Symbol.asyncDispose]();
  rmSync(root, { recursive: true });
});

const redactor = createRedactor();
const configured = (keys: object) =>
  parseConfiguration({ ...example, root, ...keys }, join(root, "config/x.ts"));
const deskWith = (keys: object) => {
  const configuration = configured(keys);
  return maintenanceDesk(configuration, { checks: maintenanceChecks(configuration, redactor) });
};

/** A whole backup of ten bytes that was begun so many hours ago. */
function backUp(hoursAgo: number): Manifest {
  const startedAt = new Date(Date.now() - hoursAgo * 3_600_000);
  const text = "0123456789";
  const sha256 = new Bun.CryptoHasher("sha256").update(text).digest("hex");
  const manifest = manifestWith({ id: newBackupId(startedAt), startedAt: startedAt.toISOString() });
  const items = manifest.items.map((item) => ({ ...item, sha256, bytes: text.length }));
  const folder = join(root, "backups", manifest.id);
  mkdirSync(folder, { recursive: true });
  for (const { file } of items) writeFileSync(join(folder, file), text);
  writeManifest(folder, { ...manifest, items });
  return { ...manifest, items };
}

test("the age that is allowed follows the timetable: a backup that was left out alarms, here and elsewhere", async () => {
  const keys = { schedule: { backup: "02:00", upload: "Sun 03:00" }, backups: { remote } };
  expect((await failureOf(freshness.run(deskWith(keys)))).message).toMatch(
    /holds no backup that was proven; http:\/\/127.* holds no whole backup$/,
  );
  const old = backUp(7 * 24 + 7);
  const place = await openRemote(configured(keys), { redactor });
  await uploadBackup(place, join(root, "backups"), old.id, { signal: new AbortController().signal });
  expect((await failureOf(freshness.run(deskWith(keys)))).message).toMatch(
    new RegExp(
      `${old.id}, is 7 days old, and 30h are allowed; the newest remote backup, ${old.id}, is 175 h old, and 174h are`,
    ),
  );
  const fresh = backUp(25);
  expect((await failureOf(freshness.run(deskWith(keys)))).message).toStartWith(
    `the newest remote backup, ${old.id}, is`,
  );
  await uploadBackup(place, join(root, "backups"), fresh.id, { signal: new AbortController().signal });
  expect(await freshness.run(deskWith(keys))).toMatchObject({
    outcome: "done",
    summary: `the newest proven backup, ${fresh.id}, is 25.0 h old; the newest remote backup, ${fresh.id}, is 25 h old`,
  });
});

test("a remote place that cannot be asked alarms too", async () => {
  const away = { ...remote, container: "another-one" };
  const keys = { schedule: { upload: "02:00" }, backups: { remote: away } };
  expect((await failureOf(freshness.run(deskWith(keys)))).message).toContain("could not look: ");
});

test("where no backup is scheduled none is missed", async () => {
  expect(await freshness.run(deskWith({}))).toMatchObject({ outcome: "skipped" });
});

test("a certificate that ends before long fails the task, and one that does not is no news", async () => {
  const tls = (days: number) => {
    const issued = issueCertificate({ name: "localhost", to: daysFromNow(days), authority: true });
    writeFileSync(join(root, "certificate.pem"), issued.certificate);
    writeFileSync(join(root, "key.pem"), issued.key, { mode: 0o600 });
    return { tls: { certificate: "certificate.pem", key: "key.pem", ca: "certificate.pem" } };
  };
  expect(await certificate.run(deskWith(tls(90)))).toMatchObject({ outcome: "done" });
  expect((await failureOf(certificate.run(deskWith(tls(10))))).message).toMatch(/9 days|10 days/);
  expect((await failureOf(certificate.run(deskWith(tls(-0.5))))).code).toBe("MAINTENANCE_ALARM");
  expect(await certificate.run(deskWith({}))).toMatchObject({ outcome: "skipped" });
});
