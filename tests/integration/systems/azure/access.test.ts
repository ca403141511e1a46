import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { run } from "../../../../sdk/core/process/index.ts";
import { listRemoteBackups, uploadBackup } from "../../../../sdk/systems/azure/index.ts";
import { type Azurite, startAzurite } from "../../../support/azurite.ts";
import { newBackupFolder } from "../../../support/backup-folder.ts";
import { issueCertificate } from "../../../support/certificates.ts";
import { failureOf } from "../../../support/failure-of.ts";
import { remoteIn } from "../../../support/remote.ts";

const root = resolve(import.meta.dir, "../../../..");
const { signal } = new AbortController();

let folder: string;
let azurite: Azurite;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "access-"));
  azurite = await startAzurite();
});
afterAll(async () => {
  await azurite[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  ["that expired on the way", { expiresOn: new Date(Date.now() - 1_000) }],
  ["that may not write", { permissions: "rl" }],
])("a SAS %s is refused before anything is sent", async (_, sas) => {
  const { containerName } = await azurite.newContainer();
  expect(await failureOf(remoteIn(azurite, containerName, { sas }))).toMatchObject({
    code: "REMOTE_CREDENTIAL_UNUSABLE",
  });
});

test("a SAS of another container is denied, with what to do and without the SAS", async () => {
  const [own, other] = [await azurite.newContainer(), await azurite.newContainer()];
  const token = azurite.sas(other.containerName);
  const remote = await remoteIn(azurite, own.containerName, { token });
  using backups = newBackupFolder();
  const { id } = backups.add([10]);
  const sending = () => uploadBackup(remote, backups.path, id, { signal });
  const listing = () => listRemoteBackups(remote, signal);
  for (const attempt of [sending, listing]) {
    const failure = await failureOf(attempt());
    expect(failure).toMatchObject({ code: "REMOTE_DENIED", details: { status: 403, tries: 1 } });
    expect(failure.remedy).toContain("backups.remote.auth");
    const sig = new URLSearchParams(token).get("sig") ?? "?";
    for (const secret of [token, sig, encodeURIComponent(sig)])
      expect(Bun.inspect(failure, { depth: 10 })).not.toContain(secret);
  }
});

test("a container that is not there is named as what is missing", async () => {
  const remote = await remoteIn(azurite, "nowhere");
  expect(await failureOf(listRemoteBackups(remote, signal))).toMatchObject({
    code: "REMOTE_CONTAINER_MISSING",
  });
});

test("a server that is not there is told from one that refuses", async () => {
  const remote = await remoteIn(azurite, "backups", { endpoint: "http://127.0.0.1:9/account1" });
  expect(await failureOf(listRemoteBackups(remote, signal))).toMatchObject({
    code: "REMOTE_UNREACHABLE",
    details: { tries: 3 },
  });
});

/** An access token as Azure's own look, but for the signature, which Azurite does not check. */
function token(audience: string): string {
  const seconds = Math.floor(Date.now() / 1_000);
  const claims = {
    aud: audience,
    iss: `https://sts.windows.net/${crypto.randomUUID()}/`,
    iat: seconds - 60,
    nbf: seconds - 60,
    exp: seconds + 3_600,
  };
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none", typ: "JWT" })}.${part(claims)}.${Buffer.from("signature").toString("base64url")}`;
}

test("the identity of the machine opens it over TLS, with a certificate that is checked", async () => {
  const [name, alternatives] = ["127.0.0.1", ["127.0.0.1"]];
  const authority = issueCertificate({ name: "tests", authority: true });
  const server = issueCertificate({ name, alternatives, issuer: authority });
  const file = (path: string, text: string) => {
    writeFileSync(join(folder, path), text, { mode: 0o600 });
    return join(folder, path);
  };
  const [cert, key] = [file("cert.pem", server.certificate), file("key.pem", server.key)];
  await using secure = await startAzurite({ more: ["--cert", cert, "--key", key, "--oauth", "basic"] });
  const asked: string[] = [];
  using identity = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      const resource = new URL(request.url).searchParams.get("resource") ?? "";
      asked.push(resource);
      const expires = Math.floor(Date.now() / 1_000) + 3_600;
      return Response.json({
        access_token: token(resource),
        expires_on: expires,
        token_type: "Bearer",
        resource,
      });
    },
  });
  const list = (environment: Record<string, string>) =>
    run([process.execPath, "--no-env-file", join(root, "tests/integration/systems/azure/fixtures/list.ts")], {
      deadlineMs: 60_000,
      env: {
        ENDPOINT: secure.endpoint,
        IDENTITY_ENDPOINT: `http://127.0.0.1:${identity.port}/msi/token`,
        IDENTITY_HEADER: "header",
        ...environment,
      },
    });

  const trusted = await list({ NODE_EXTRA_CA_CERTS: file("ca.pem", authority.certificate) });
  expect(JSON.parse(trusted.stdout)).toEqual({ code: "REMOTE_CONTAINER_MISSING" });
  expect(asked).toEqual(["https://storage.azure.com"]);

  const untrusted = await list({});
  expect(JSON.parse(untrusted.stdout)).toMatchObject({ code: "REMOTE_UNREACHABLE" });
});
