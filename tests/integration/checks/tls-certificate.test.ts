import { afterAll, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createTcpServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSecureContext, createServer } from "node:tls";
import { tlsCertificate } from "../../../checks/index.ts";
import { daysFromNow, type Issued, issueCertificate, type Wish } from "../../support/certificates.ts";

const folder = mkdtempSync(join(tmpdir(), "switchover-tls-"));
const open: Server[] = [];
afterAll(() => {
  for (const server of open) server.close();
  rmSync(folder, { recursive: true });
});

const root = issueCertificate({ name: "Test Root", authority: true });
const intermediate = issueCertificate({ name: "Test Intermediate", authority: true, issuer: root });

let count = 0;
function file(text: string, mode = 0o600): string {
  count += 1;
  const path = join(folder, `${count}.pem`);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

const ca = file(root.certificate);

/** A server's certificate under the intermediate, which stands behind it as it should. */
function site(wish: Partial<Wish> = {}): Issued {
  const names = ["localhost", "example.test", "127.0.0.1"];
  const leaf = issueCertificate({ name: "localhost", alternatives: names, issuer: intermediate, ...wish });
  return { ...leaf, certificate: leaf.certificate + intermediate.certificate };
}

const good = site();
const old = { from: daysFromNow(-90), to: daysFromNow(-3) };

async function listening(server: Server): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  open.push(server);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no address");
  return `localhost:${address.port}`;
}

function serve({ certificate, key }: Issued): Promise<string> {
  return listening(createServer({ cert: certificate, key }, (socket) => socket.end()));
}

function files({ certificate, key }: Issued) {
  return { certificate: file(certificate), key: file(key), ca, name: "example.test" };
}

test("a file with its chain and key, for the right name, passes", async () => {
  const finding = await tlsCertificate(files(good));
  expect(finding).toMatchObject({ status: "pass" });
  expect(finding.summary).toContain(`until ${daysFromNow(90).toISOString().slice(0, 10)}`);
});

test("an expired certificate fails, whatever else is right", async () => {
  const finding = await tlsCertificate(files(site(old)));
  expect(finding.status).toBe("fail");
  expect(finding.summary).toMatch(/expired \d{4}-\d\d-\d\d \d\d:\d\d UTC, 3 days ago/);
  expect(finding.remedy).toContain("renew");
});

test("one that ends soon warns, by a limit of one's own too", async () => {
  const soon = files(site({ to: daysFromNow(20) }));
  const finding = await tlsCertificate(soon);
  expect(finding.status).toBe("warn");
  expect(finding.summary).toMatch(/expires .*, in (19|20) days/);
  expect(await tlsCertificate({ ...soon, warnWithin: "10d" })).toMatchObject({ status: "pass" });
});

test("one that is not valid yet fails", async () => {
  const finding = await tlsCertificate(files(site({ from: daysFromNow(2) })));
  expect(finding).toMatchObject({ status: "fail" });
  expect(finding.summary).toContain("is not valid before");
});

test("an expired intermediate fails, though the certificate itself is young", async () => {
  const expired = issueCertificate({ name: "Old Intermediate", authority: true, issuer: root, ...old });
  const leaf = issueCertificate({ name: "example.test", issuer: expired });
  const finding = await tlsCertificate(
    files({ ...leaf, certificate: leaf.certificate + expired.certificate }),
  );
  expect(finding).toMatchObject({ status: "fail" });
  expect(finding.summary).toContain("the intermediate Old Intermediate expired");
});

test("an authority that has expired fails; an expired certificate that only old clients need warns", async () => {
  const expired = issueCertificate({ name: "Old Root", authority: true, ...old });
  const leaf = issueCertificate({ name: "example.test", issuer: expired });
  const finding = await tlsCertificate({ ...files(leaf), ca: file(expired.certificate) });
  expect(finding).toMatchObject({ status: "fail" });
  expect(finding.summary).toContain("its authority Old Root is not valid now");
  const sentToo = { ...good, certificate: good.certificate + expired.certificate };
  expect(await tlsCertificate(files(sentToo))).toMatchObject({ status: "warn" });
});

test("of two certificates of one issuer the one that leads to an authority counts, wherever it stands", async () => {
  const strange = issueCertificate({ name: "Strange Root", authority: true });
  const crossed = issueCertificate({ name: "Test Root", authority: true, issuer: strange, keys: root });
  const chained = { ...good, certificate: good.certificate + crossed.certificate + root.certificate };
  expect(await tlsCertificate(files(chained))).toMatchObject({ status: "pass" });
  const other = issueCertificate({
    name: "Test Intermediate",
    authority: true,
    issuer: strange,
    keys: intermediate,
  });
  const [leaf = ""] = good.certificate.split(intermediate.certificate);
  const both = { ...good, certificate: leaf + other.certificate + intermediate.certificate };
  expect(await tlsCertificate(files(both))).toMatchObject({ status: "pass" });
});

test("a file in which one certificate is cut off, or begins where another one ends, fails as with nginx", async () => {
  const cut = { ...good, certificate: good.certificate + root.certificate.slice(0, 200) };
  const glued = { ...good, certificate: good.certificate.replace("-----\n-----", "----------") };
  for (const broken of [cut, glued]) {
    const finding = await tlsCertificate(files(broken));
    expect(finding).toMatchObject({ status: "fail" });
    expect(finding.summary).toContain("does not begin on a line of its own");
  }
  const windows = {
    ...good,
    certificate: `\uFEFF# of a browser\n${good.certificate}`.replaceAll("\n", "\r\n"),
  };
  expect(await tlsCertificate(files(windows))).toMatchObject({ status: "pass" });
});

test("one that was issued for clients, one with a small key, and a name in the subject alone fail", async () => {
  const forClients = await tlsCertificate(files(site({ forClients: true })));
  expect(forClients).toMatchObject({ status: "fail" });
  expect(forClients.summary).toContain("it was not issued for a server");
  const small = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
  const weak = await tlsCertificate(files(site({ keys: { keyObject: small } })));
  expect(weak.summary).toContain("its key has 1024 bits, and clients want 2048");
  const bySubject = site({ name: "example.test", alternatives: ["127.0.0.1"] });
  expect(await tlsCertificate(files(bySubject))).toMatchObject({ status: "fail" });
});

test("another name fails, and the names that it is for are told", async () => {
  const finding = await tlsCertificate({ ...files(good), name: ["example.test", "shop.test"] });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("is not for shop.test (but for DNS:localhost");
});

test("another certificate's key fails; one that others can read warns", async () => {
  const stranger = await tlsCertificate({ ...files(good), key: file(site().key) });
  expect(stranger).toMatchObject({ status: "fail" });
  expect(stranger.summary).toContain("is not its own");
  const key = file(good.key, 0o644);
  const open = await tlsCertificate({ ...files(good), key });
  expect(open).toMatchObject({ status: "warn", remedy: `chmod 600 ${key}` });
  expect(JSON.stringify([stranger, open])).not.toContain("PRIVATE KEY");
});

test("a chain without its intermediate fails, and the missing issuer is named", async () => {
  const leaf = issueCertificate({ name: "example.test", issuer: intermediate });
  const finding = await tlsCertificate(files(leaf));
  expect(finding).toMatchObject({ status: "fail" });
  expect(finding.summary).toContain("its issuer Test Intermediate is neither in the chain nor trusted");
});

test("an authority that nobody trusts, and one that is none, fail", async () => {
  const { ca: _own, ...withoutAuthority } = files(good);
  expect(await tlsCertificate(withoutAuthority)).toMatchObject({ status: "fail" });
  const leaf = issueCertificate({ name: "example.test", issuer: good });
  const finding = await tlsCertificate(files({ ...leaf, certificate: leaf.certificate + good.certificate }));
  expect(finding).toMatchObject({ status: "fail" });
});

test("a self-signed certificate fails, unless it is named as the authority", async () => {
  const own = issueCertificate({ name: "example.test" });
  const { certificate, key } = files(own);
  const finding = await tlsCertificate({ certificate, key, name: "example.test" });
  expect(finding).toMatchObject({ status: "fail" });
  expect(finding.summary).toContain("self-signed");
  expect(await tlsCertificate({ certificate, key, ca: certificate })).toMatchObject({ status: "pass" });
});

test("a file that is no certificate, and one that is not there, fail", async () => {
  const broken = good.certificate.replace(/\n[^-]{20}/, "\nAAAAAAAAAAAAAAAAAAAA");
  for (const certificate of [file("hello"), file(broken), join(folder, "absent.pem")]) {
    const finding = await tlsCertificate({ certificate });
    expect(finding).toMatchObject({ status: "fail" });
    expect(finding.summary).toContain("cannot be read");
  }
});

test("a server with a good chain passes by name and by address", async () => {
  const host = await serve(good);
  expect(await tlsCertificate({ host, ca })).toMatchObject({ status: "pass" });
  const byAddress = host.replace("localhost", "127.0.0.1");
  expect(await tlsCertificate({ host: byAddress, ca })).toMatchObject({ status: "pass" });
});

test("a server's expired, mismatched and self-signed certificates fail", async () => {
  const expired = await tlsCertificate({ host: await serve(site(old)), ca });
  expect(expired).toMatchObject({ status: "fail" });
  expect(expired.summary).toContain("expired");
  const mismatched = await tlsCertificate({ host: await serve(site({ alternatives: ["shop.test"] })), ca });
  expect(mismatched).toMatchObject({ status: "fail" });
  expect(mismatched.summary).toContain("is not for localhost");
  const selfSigned = await tlsCertificate({ host: await serve(issueCertificate({ name: "localhost" })) });
  expect(selfSigned).toMatchObject({ status: "fail" });
  expect(selfSigned.summary).toContain("self-signed");
});

test("a server that chooses by name is asked for the name that is wanted (SNI)", async () => {
  const asked: string[] = [];
  const server = createServer({
    cert: good.certificate,
    key: good.key,
    SNICallback: (name, done) => {
      asked.push(name);
      done(null);
    },
  });
  const host = (await listening(server)).replace("localhost", "127.0.0.1");
  await tlsCertificate({ host, ca, name: "example.test" });
  expect(asked).toEqual(["example.test"]);
});

test("what only a TLS library minds fails too: an authority that may not issue for this name", async () => {
  const narrow = issueCertificate({ name: "Narrow", authority: true, issuer: root, permitted: "other.test" });
  const leaf = issueCertificate({ name: "localhost", issuer: narrow });
  const host = await serve({ ...leaf, certificate: leaf.certificate + narrow.certificate });
  const finding = await tlsCertificate({ host, ca });
  expect(finding).toMatchObject({ status: "fail" });
  expect(finding.summary).toContain("clients refuse it");
});

test("a server that speaks HTTP on the TLS port fails, and the finding says so", async () => {
  const http = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("hello") });
  const finding = await tlsCertificate({ host: `127.0.0.1:${http.port}` });
  await http.stop(true);
  expect(finding).toMatchObject({ status: "fail" });
  expect(finding.summary).toContain("speaks no TLS");
});

test("a server that says nothing, one that hangs up, and none at all fail within their time", async () => {
  const silent = await listening(createTcpServer(() => undefined));
  const hung = await tlsCertificate({ host: silent, timeout: "200ms" });
  expect(hung).toMatchObject({ status: "fail" });
  expect(hung.summary).toContain("no TLS handshake within 200 ms");
  const rude = await listening(createTcpServer((socket) => void socket.destroy()));
  expect(await tlsCertificate({ host: rude })).toMatchObject({ status: "fail" });
  const nobody = await tlsCertificate({ host: "127.0.0.1:1" });
  expect(nobody.summary).toContain("nothing listens there");
});

test("a call that names neither a server nor a file, or both, is refused", () => {
  expect(() => tlsCertificate.with({})).toThrow("not right");
  expect(() => tlsCertificate.with({ host: "a.test:443", certificate: "x.pem" })).toThrow("not right");
  expect(() => tlsCertificate.with({ host: "https://a.test/" })).toThrow("not right");
});

test("a server is asked for each name, since it may send another certificate for it", async () => {
  const [own, other] = [site(), site({ name: "shop.test", alternatives: ["shop.test"], ...old })];
  const contexts = new Map([["shop.test", createSecureContext({ cert: other.certificate, key: other.key })]]);
  const host = await listening(
    createServer(
      { cert: own.certificate, key: own.key, SNICallback: (name, done) => done(null, contexts.get(name)) },
      (socket) => socket.end(),
    ),
  );
  const finding = await tlsCertificate({ host, name: ["example.test", "shop.test"], ca });
  expect(finding).toMatchObject({ status: "fail" });
  expect(finding.summary).toContain("as shop.test, it expired");
  expect(finding.summary).not.toContain("as example.test");
});
