import { afterAll, expect, test } from "bun:test";
import { createSocket } from "node:dgram";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backupFreshness, clockSkew, dns } from "../../../checks/index.ts";
import { writeManifest } from "../../../sdk/core/manifest/index.ts";
import { clockState } from "../../../sdk/systems/host/index.ts";
import { manifestWith } from "../../support/manifests.ts";

const top = mkdtempSync(join(tmpdir(), "switchover-checks-"));
const stop: (() => void)[] = [];
afterAll(() => {
  for (const end of stop) end();
  rmSync(top, { recursive: true });
});

/** A server whose clock is off by this much. */
function serverAhead(ms: number, { date = true, age = "0" } = {}): string {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () =>
      new Response(
        "",
        date ? { headers: { age, date: new Date(Date.now() + ms).toUTCString() } } : undefined,
      ),
  });
  stop.push(() => void server.stop(true));
  return `http://127.0.0.1:${server.port}/`;
}

test("the kernel's account of the clock decides where there is no other to compare with", async () => {
  const state = clockState();
  expect(state?.maximumErrorMs).toBeGreaterThanOrEqual(0);
  const finding = await clockSkew({});
  expect(finding.status).toBe(state?.synchronised ? "pass" : "warn");
  if (state?.synchronised) expect(finding.summary).toContain("compared with no other clock");
  else expect(finding.summary).toContain("no time service keeps this host's clock");
});

test("a clock that agrees is no fault; one that is ahead or behind fails, by how much", async () => {
  expect((await clockSkew({ url: serverAhead(0) })).status).not.toBe("fail");
  const behind = await clockSkew({ url: serverAhead(60_000) });
  expect(behind.status).toBe("fail");
  expect(behind.summary).toMatch(/the clock is (5\d|60)\.\d s behind the one of 127\.0\.0\.1/);
  const ahead = await clockSkew({ url: serverAhead(-60_000), maximum: "30s" });
  expect(ahead.status).toBe("fail");
  expect(ahead.summary).toMatch(/the clock is \d\d\.\d s ahead of/);
  expect((await clockSkew({ url: serverAhead(-60_000), maximum: "2m" })).status).not.toBe("fail");
  // What a cache has kept for ten minutes is dated ten minutes ago.
  expect((await clockSkew({ url: serverAhead(-600_000, { age: "600" }) })).status).not.toBe("fail");
});

test("a server that cannot be asked fails, since nothing was compared", async () => {
  const finding = await clockSkew({ url: "http://127.0.0.1:1/" });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("could not be compared with 127.0.0.1:1");
});

/** A name server that answers every question for an address with this one, or with nothing at all. */
async function nameServer(address: string | undefined): Promise<string> {
  const socket = createSocket("udp4");
  socket.on("message", (question, from) => {
    if (address === undefined) return;
    const isFour = question.readUInt16BE(question.indexOf(0, 12) + 1) === 1;
    const header = Buffer.from(question.subarray(0, 12));
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(isFour ? 1 : 0, 6);
    header.writeUInt16BE(0, 10);
    const asked = question.subarray(12, question.indexOf(0, 12) + 5);
    const record = Buffer.from([
      0xc0,
      0x0c,
      0,
      1,
      0,
      1,
      0,
      0,
      0,
      60,
      0,
      4,
      ...address.split(".").map(Number),
    ]);
    socket.send(Buffer.concat([header, asked, ...(isFour ? [record] : [])]), from.port, from.address);
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.bind(0, "127.0.0.1", resolve);
  await promise;
  stop.push(() => socket.close());
  return `127.0.0.1:${socket.address().port}`;
}

test("a name that resolves passes, as programs of this host see it, and by a server of one's choice", async () => {
  expect(await dns({ name: "localhost" })).toMatchObject({ status: "pass" });
  const finding = await dns({
    name: "shop.test",
    server: await nameServer("192.0.2.10"),
    expected: "192.0.2.10",
  });
  expect(finding).toMatchObject({ status: "pass", summary: "shop.test is 192.0.2.10" });
  expect(await dns({ name: "::1", expected: "0:0:0:0:0:0:0:1" })).toMatchObject({ status: "pass" });
});

test("a name that leads elsewhere, and one that does not resolve, fail", async () => {
  const elsewhere = await dns({
    name: "shop.test",
    server: await nameServer("192.0.2.99"),
    expected: "192.0.2.10",
  });
  expect(elsewhere.status).toBe("fail");
  expect(elsewhere.summary).toContain("leads to 192.0.2.99, and should lead to 192.0.2.10 only");
  const unknown = await dns({ name: ["localhost", "no-such-host.invalid"] });
  expect(unknown.status).toBe("fail");
  expect(unknown.summary).toContain("no-such-host.invalid does not resolve");
});

test("a name server that says nothing fails within its time", async () => {
  const finding = await dns({ name: "shop.test", server: await nameServer(undefined), timeout: "150ms" });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("shop.test does not resolve");
  expect(finding.durationMs).toBeLessThan(10_000);
});

let count = 0;
function backups(...ages: { hours: number; tier?: "decode" | "restore" }[]): string {
  count += 1;
  const directory = join(top, `backups-${count}`);
  for (const { hours, tier = "decode" } of ages) {
    const startedAt = new Date(Date.now() - hours * 3_600_000).toISOString();
    const manifest = manifestWith({ startedAt, verified: { tier, at: startedAt } });
    mkdirSync(join(directory, manifest.id), { recursive: true });
    writeManifest(join(directory, manifest.id), manifest);
  }
  return directory;
}

test("a young backup that was proven passes; an old one fails", async () => {
  const finding = await backupFreshness({ directory: backups({ hours: 3 }, { hours: 90 }) });
  expect(finding.status).toBe("pass");
  expect(finding.summary).toContain("is 3.0 h old");
  const old = await backupFreshness({ directory: backups({ hours: 90 }, { hours: 60 }) });
  expect(old.status).toBe("fail");
  expect(old.summary).toContain("is 2 days old, and 26h are allowed");
});

test("one that was only decoded does not count where a restored one is wanted", async () => {
  const directory = backups({ hours: 1 }, { hours: 48, tier: "restore" });
  const finding = await backupFreshness({ directory, tier: "restore", maximumAge: "7d" });
  expect(finding.status).toBe("pass");
  expect(finding.summary).toContain("2 days old");
  expect(await backupFreshness({ directory: backups({ hours: 1 }), tier: "restore" })).toMatchObject({
    status: "fail",
  });
});

test("no backup at all fails, or warns; what is no backup is not counted as one", async () => {
  const directory = join(top, "absent");
  expect(await backupFreshness({ directory })).toMatchObject({ status: "fail" });
  expect(await backupFreshness({ directory, otherwise: "warn" })).toMatchObject({ status: "warn" });
  const broken = backups({ hours: 1 });
  const [id = ""] = [...new Bun.Glob("*").scanSync({ cwd: broken, onlyFiles: false })];
  writeFileSync(join(broken, id, "manifest.json"), "{");
  const finding = await backupFreshness({ directory: broken });
  expect(finding).toMatchObject({ status: "fail" });
  expect(finding.summary).toContain("no backup that was proven (1 that is not)");
});

test("another project's backup in the same folder is none of this one's", async () => {
  const directory = backups({ hours: 1 });
  expect(await backupFreshness({ directory, project: "cell-hub" })).toMatchObject({ status: "pass" });
  const finding = await backupFreshness({ directory, project: "other" });
  expect(finding).toMatchObject({ status: "fail", evidence: { backups: 0 } });
});

test("a backup from the future, which would stay young, fails", async () => {
  const finding = await backupFreshness({ directory: backups({ hours: 3 }, { hours: -24 }) });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("is dated in the future");
});
