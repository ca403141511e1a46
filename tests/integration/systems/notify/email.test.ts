import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { notifySchema } from "../../../../sdk/core/config/index.ts";
import { createRedactor } from "../../../../sdk/core/log/index.ts";
import { channelsFor, tell } from "../../../../sdk/systems/notify/index.ts";
import { ownCertificate } from "../../../support/own-certificate.ts";
import { type SmtpServer, startSmtpServer } from "../../../support/smtp-server.ts";

const folder = mkdtempSync(join(tmpdir(), "switchover-email-"));
afterAll(() => rmSync(folder, { recursive: true }));

const tls = await ownCertificate();
const login = { user: "switchover", password: "planted-pass-0815" };
writeFileSync(join(folder, "ca.pem"), tls.cert);
writeFileSync(join(folder, "password"), `${login.password}\n`, { mode: 0o600 });
writeFileSync(join(folder, "wrong"), "planted-wrong-4711\n", { mode: 0o600 });

const addresses = { to: ["ops@example.org", "boss@example.org"], from: "deploy@example.org" };
const account = { user: login.user, passwordFile: "password" };

async function mailed({ port }: Pick<SmtpServer, "port">, email: object, limitMs = 5_000) {
  const notify = notifySchema.parse({ email: { ...addresses, host: "127.0.0.1", port, ...email } });
  const warnings: string[] = [];
  const parts = { path: (relative: string) => resolve(folder, relative), redactor: createRedactor() };
  const channels = channelsFor(notify, "maintenance", "failure", parts);
  const headline = "cell-hub: maintenance failed on häuschen";
  const announcement = {
    job: "maintenance",
    event: "failure",
    headline,
    lines: ["why: the disk", ".dotted"],
  } as const;
  const [outcome] = await tell(channels, announcement, {
    log: { info() {}, warn: (text) => void warnings.push(text) },
    limitMs,
  });
  return { outcome, warnings };
}

test("a letter to this machine itself goes to everybody, as it was meant", async () => {
  using server = await startSmtpServer();
  expect((await mailed(server, {})).outcome).toEqual({ channel: "email", ok: true });
  const [letter] = server.letters;
  expect(letter).toMatchObject({ from: addresses.from, to: addresses.to, encrypted: false });
  expect(letter?.text).toMatch(/^Subject: =\?UTF-8\?Q\?cell-hub=3A_maintenance_failed_on_/m);
  expect(letter?.text).toContain("failed on h=C3=A4uschen\n");
  expect(letter?.text).toContain("\n.dotted\n");
  expect(letter?.text).toContain("why: the disk");
});

test("STARTTLS encrypts the letter and the password, by an authority that is known", async () => {
  using server = await startSmtpServer({ tls, login });
  const { outcome } = await mailed(server, { encryption: "starttls", caFile: "ca.pem", ...account });
  expect(outcome).toEqual({ channel: "email", ok: true });
  expect(server.letters).toMatchObject([{ encrypted: true, user: login.user }]);
  expect(server.heard.slice(0, 2).map((line) => line.split(" ")[0])).toEqual(["EHLO", "STARTTLS"]);
});

test("a certificate that nobody vouches for gets neither the password nor the letter", async () => {
  using server = await startSmtpServer({ tls, login });
  const { outcome, warnings } = await mailed(server, { encryption: "starttls", ...account });
  expect(outcome).toMatchObject({ ok: false, reason: expect.stringMatching(/self.signed certificate/i) });
  expect(server.letters).toEqual([]);
  expect(server.heard.join("\n")).not.toContain("AUTH");
  expect(warnings.join()).not.toContain(login.password);
});

test("a server that offers no encryption is told nothing, where encryption is wanted", async () => {
  using server = await startSmtpServer({ login });
  const { outcome } = await mailed(server, { encryption: "starttls", ...account });
  expect(outcome?.ok).toBe(false);
  expect(server.letters).toEqual([]);
  expect(server.heard.join("\n")).not.toContain("AUTH");
});

test("a wrong password is said with the server's own words, and not shown", async () => {
  using server = await startSmtpServer({ tls, login });
  const wrong = { ...account, passwordFile: "wrong" };
  const { outcome, warnings } = await mailed(server, { encryption: "starttls", caFile: "ca.pem", ...wrong });
  expect(outcome?.reason).toContain("535");
  expect(warnings.join()).not.toContain("planted");
});

test("a server that is not there, or never speaks, costs its deadline and no more", async () => {
  const silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  expect((await mailed(silent, {}, 300)).outcome).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/no answer/),
  });
  silent.stop(true);
  expect((await mailed(silent, {})).outcome?.ok).toBe(false);
});

test("mail that would leave this machine in the clear is refused by the configuration", () => {
  const email = { ...addresses, host: "mail.example.org", encryption: "none" };
  expect(() => notifySchema.parse({ email })).toThrow("leaves this machine encrypted only");
});
