import { afterAll, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../../../../sdk/core/errors/index.ts";
import { readSasFile, readSasVariable } from "../../../../sdk/systems/azure/remote/sas.ts";

const folder = mkdtempSync(join(tmpdir(), "sas-"));
afterAll(() => rmSync(folder, { recursive: true }));

const now = new Date("2026-11-26T12:00:00Z");
const secret = "S3cr3tS1gnatur3%2Fabc%3D";
const token = (parts: Record<string, string> = {}) =>
  Object.entries({ sv: "2025-01-05", sr: "c", sp: "rlw", se: "2027-06-01T00:00:00Z", ...parts, sig: secret })
    .map(([key, value]) => `${key}=${value}`)
    .join("&");

function refusal(text: string): Failure {
  try {
    readSasVariable("SAS", { SAS: text }, now);
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error("it was taken");
}

test("a token is taken as it is, with or without the ? before it, and white space around it", () => {
  for (const text of [token(), `?${token()}`, ` ${token()}\n`])
    expect(readSasVariable("SAS", { SAS: text }, now)).toEqual({ token: token(), warnings: [] });
});

test.each([
  ["expired", token({ se: "2026-11-26T11:59:59Z" }), "expired at 2026-11-26T11:59:59.000Z"],
  ["expired, by its day alone", token({ se: "2026-11-25" }), "expired at 2026-11-25"],
  ["not valid yet", token({ st: "2026-11-27T00:00:00Z" }), "not valid before 2026-11-27"],
  ["without reading", token({ sp: "lw" }), "does not allow to read"],
  ["without writing and listing", token({ sp: "r" }), "does not allow to list or to write (sp=r)"],
  ["an address", `https://acme.blob.core.windows.net/backups?${token()}`, "holds no SAS"],
  ["an account key", "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6", "holds no SAS"],
  ["unset", "", "is not set"],
])("a SAS that is %s is refused, and its signature is told to nobody", (_, text, why) => {
  const failure = refusal(text);
  expect(failure).toMatchObject({ code: "REMOTE_CREDENTIAL_UNUSABLE", exitCode: 2 });
  expect(failure.why).toContain(why);
  expect(failure.remedy).not.toBe("");
  expect(Bun.inspect(failure)).not.toContain(secret);
});

test("one whose rights come from a stored policy says nothing of them, and is taken", () => {
  expect(readSasVariable("SAS", { SAS: `sv=1&si=backups&sr=c&sig=${secret}` }, now).warnings).toEqual([]);
});

test("one that may delete, and one that ends within a week, are warned of", () => {
  const { warnings } = readSasVariable(
    "SAS",
    { SAS: token({ sp: "rwdl", se: "2026-12-01T00:00:00Z" }) },
    now,
  );
  expect(warnings).toEqual([
    expect.stringContaining("allows to delete"),
    expect.stringContaining("expires at 2026-12-01"),
  ]);
});

test("a file that others may read is refused, whatever is in it", () => {
  const path = join(folder, "sas");
  writeFileSync(path, `${token()}\n`, { mode: 0o600 });
  expect(readSasFile(path, now).token).toBe(token());
  chmodSync(path, 0o640);
  expect(() => readSasFile(path, now)).toThrow("cannot be opened");
  expect(() => readSasFile(join(folder, "none"), now)).toThrow("cannot be opened");
  expect(() => readSasFile(folder, now)).toThrow("cannot be opened");
});
