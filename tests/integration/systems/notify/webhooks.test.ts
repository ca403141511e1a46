import { afterAll, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { notifySchema } from "../../../../sdk/core/config/index.ts";
import { createRedactor, openRunLog } from "../../../../sdk/core/log/index.ts";
import {
  type Announcement,
  channelsFor,
  type NotifyEvent,
  tell,
} from "../../../../sdk/systems/notify/index.ts";
import { type Listener, startListener } from "../../../support/http-listener.ts";

const folder = mkdtempSync(join(tmpdir(), "switchover-notify-"));
afterAll(() => rmSync(folder, { recursive: true }));

const secret = "/services/T0PLANTED/B0SECRET/xyzzy0123456789";

function secretFile(name: string, text: string, mode = 0o600): string {
  const file = join(folder, name);
  writeFileSync(file, text, { mode });
  chmodSync(file, mode);
  return file;
}

function said(event: NotifyEvent): Announcement {
  const lines = ["why: <disk> full & slow", "log: /srv/app/logs/x.log"];
  return { job: "backup", event, headline: "cell-hub: backup failed on *host*", lines };
}

/** Tells what the configuration wants told, and gives what the log says of it. */
async function told(notify: object, event: NotifyEvent = "failure", limitMs = 5_000) {
  const redactor = createRedactor();
  const log = openRunLog({ directory: folder, name: "notify", redactor });
  const parts = { path: (relative: string) => resolve(folder, relative), redactor };
  const channels = channelsFor(notifySchema.parse(notify), "backup", event, parts);
  const outcomes = await tell(channels, said(event), { log, limitMs });
  log.close();
  return { outcomes, log: await Bun.file(log.path ?? "").text() };
}

const slackAt = ({ url }: Listener) => ({ slack: { webhookFile: secretFile("slack", `${url}${secret}\n`) } });

test("Slack gets its form, with what has a meaning there made harmless", async () => {
  using server = startListener();
  const { outcomes, log } = await told(slackAt(server));
  expect(outcomes).toEqual([{ channel: "slack", ok: true }]);
  const [heard] = server.heard;
  expect(heard).toMatchObject({ method: "POST", path: secret, type: "application/json" });
  const { text, blocks } = JSON.parse(heard?.body ?? "");
  expect(text).toBe(":x: *cell-hub: backup failed on  host *");
  expect(blocks[1].text).toEqual({
    type: "plain_text",
    text: "why: <disk> full & slow\nlog: /srv/app/logs/x.log",
  });
  expect(log).toContain("told slack of the failure of backup");
  expect(log).not.toContain("B0SECRET");
});

test("Teams gets an Adaptive Card, and its address may stand in a variable", async () => {
  using server = startListener(() => new Response(null, { status: 202 }));
  process.env["TEAMS_OF_TEST"] = `${server.url}${secret}`;
  const { outcomes } = await told({ teams: { webhookVariable: "TEAMS_OF_TEST" } });
  expect(outcomes).toEqual([{ channel: "teams", ok: true }]);
  const [attachment] = JSON.parse(server.heard[0]?.body ?? "").attachments;
  expect(attachment.contentType).toBe("application/vnd.microsoft.card.adaptive");
  expect(attachment.content.body.map((block: { text: string }) => block.text)).toEqual([
    "cell-hub: backup failed on \\*host\\*",
    "why: \\<disk\\> full & slow",
    "log: /srv/app/logs/x.log",
  ]);
});

test("a message of any length stays what the services take", async () => {
  using server = startListener();
  const notify = notifySchema.parse(slackAt(server));
  const channels = channelsFor(notify, "backup", "failure", { path: String, redactor: createRedactor() });
  await tell(
    channels,
    { ...said("failure"), lines: ["😀".repeat(20_000)] },
    { log: { info() {}, warn() {} } },
  );
  const { blocks } = JSON.parse(server.heard[0]?.body ?? "");
  expect(blocks[1].text.text.length).toBeLessThan(3_000);
  expect(blocks[1].text.text.isWellFormed()).toBe(true);
});

test("only what the configuration wants told is told; a silence always", async () => {
  using server = startListener();
  await told({ ...slackAt(server), on: { backup: ["success"] } }, "failure");
  expect(server.heard).toHaveLength(0);
  await told({ ...slackAt(server), on: { backup: [] } }, "silence");
  expect(server.heard).toHaveLength(1);
});

test("a dead man's switch is asked at its address for every event, whatever messages tell", async () => {
  using server = startListener();
  const ping = { backup: { urlFile: secretFile("ping", `${server.url}/0c1ae2f0-planted?create=1`) } };
  for (const event of ["start", "success", "failure", "silence"] as const)
    await told({ ping, on: { backup: [] } }, event);
  expect(server.heard.map(({ path }) => path)).toEqual([
    "/0c1ae2f0-planted/start?create=1",
    "/0c1ae2f0-planted?create=1",
    "/0c1ae2f0-planted/fail?create=1",
    "/0c1ae2f0-planted/fail?create=1",
  ]);
  expect(server.heard[2]?.body).toContain("why: <disk> full & slow");
});

test("a ping that the service could not take is tried again, and one at a wrong address is not", async () => {
  using busy = startListener((_, count) => new Response("later", { status: count < 3 ? 503 : 200 }));
  const ping = (server: Listener) => ({
    ping: { backup: { urlFile: secretFile("ping", `${server.url}/abc`) } },
  });
  expect((await told(ping(busy), "success")).outcomes).toEqual([{ channel: "ping", ok: true }]);
  expect(busy.heard).toHaveLength(3);
  using wrong = startListener(() => new Response("not found", { status: 404 }));
  const { outcomes } = await told(ping(wrong), "success");
  expect(outcomes[0]).toMatchObject({ ok: false, reason: "answered 404: not found" });
  expect(wrong.heard).toHaveLength(1);
});

test("a service that never answers costs its deadline and no more, and the others are told", async () => {
  using hanging = startListener(() => new Promise(() => {}));
  using server = startListener();
  const teams = { webhookFile: secretFile("teams", `${hanging.url}${secret}`) };
  const { outcomes, log } = await told({ ...slackAt(server), teams }, "failure", 300);
  expect(outcomes).toEqual([
    { channel: "slack", ok: true },
    { channel: "teams", ok: false, reason: expect.stringMatching(/no answer/) },
  ]);
  expect(log).toMatch(/WARN {2}teams was not told of the failure of backup: no answer/);
});

test("a refusal is logged with the service's own words, and without the address", async () => {
  using server = startListener(({ path }) => new Response(`no_service at ${path}`, { status: 410 }));
  const { log } = await told(slackAt(server));
  expect(log).toContain("answered 410: no_service at [redacted]");
  expect(log).not.toContain("B0SECRET");
});

test("a service that repeats what the address asks with gives nothing away", async () => {
  using server = startListener(({ path }) => {
    const sig = new URLSearchParams(path.split("?")[1]).get("sig");
    return new Response(`the signature ${sig} is wrong`, { status: 401 });
  });
  const address = `${server.url}/hook?sig=planted%2Bsignature`;
  const { log } = await told({ teams: { webhookFile: secretFile("teams", address) } });
  expect(log).toContain("answered 401: the signature [redacted] is wrong");
  expect(log).not.toContain("planted");
});

test("of an answer that is cut where it repeats the address, no piece of that is shown", async () => {
  using server = startListener(({ path }) => new Response(`${"no ".repeat(60)}${path}`, { status: 410 }));
  const { log } = await told(slackAt(server));
  expect(log).toContain("answered 410: no no ");
  expect(log).not.toContain("/services");
});

test("an answer without end is not read to its end", async () => {
  let served = 0;
  const chunk = new Uint8Array(1024 * 1024).fill(120);
  const endless = () =>
    new ReadableStream({
      pull(controller) {
        served += 1;
        if (served < 400) controller.enqueue(chunk);
        else controller.close();
      },
    });
  using server = startListener(() => new Response(endless(), { status: 500 }));
  const { outcomes } = await told(slackAt(server), "failure", 30_000);
  expect(outcomes).toMatchObject([{ ok: false, reason: expect.stringMatching(/^answered 500/) }]);
  expect(served).toBeLessThan(100);
}, 60_000);

test("a redirect is not followed: it would carry the message elsewhere", async () => {
  using elsewhere = startListener();
  using server = startListener(() => Response.redirect(`${elsewhere.url}/caught`, 307));
  expect((await told(slackAt(server))).outcomes).toMatchObject([{ ok: false, reason: "answered 307" }]);
  expect(elsewhere.heard).toHaveLength(0);
});

test.each([
  ["is not there", { webhookFile: "missing" }, /cannot be read/],
  [
    "others may read",
    { webhookFile: secretFile("open", "https://hooks.example/x", 0o644) },
    /others may read/,
  ],
  ["is empty", { webhookFile: secretFile("empty", "\n") }, /is empty/],
  ["is no address", { webhookFile: secretFile("odd", "hooks.example/planted") }, /no https:\/\/ URL/],
  [
    "would go in the clear",
    { webhookFile: secretFile("clear", "http://192.0.2.1/planted") },
    /no https:\/\/ URL/,
  ],
  ["is in no variable", { webhookVariable: "NOT_SET_ANYWHERE" }, /NOT_SET_ANYWHERE is not set/],
])("a secret that %s is said in the log, and costs nothing else", async (_, slack, reason) => {
  const { outcomes, log } = await told({ slack });
  expect(outcomes).toMatchObject([{ channel: "slack", ok: false, reason: expect.stringMatching(reason) }]);
  expect(log).toMatch(reason);
  expect(log).not.toContain("planted");
});
