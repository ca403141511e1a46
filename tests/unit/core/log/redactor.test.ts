import { expect, test } from "bun:test";
import fc from "fast-check";
import { createRedactor } from "../../../../sdk/core/log/index.ts";

const pem = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n";

test("a secret is masked as it is and in the encodings that tools use", () => {
  const secret = `p@ss/w"ord+é 'x'`;
  const redactor = createRedactor([secret]);
  const shown = [
    secret,
    encodeURIComponent(secret),
    encodeURIComponent(secret).replace(/%../g, (triplet) => triplet.toLowerCase()),
    new URLSearchParams([["", secret]]).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    JSON.stringify(JSON.stringify(secret)).slice(3, -3),
    Buffer.from(secret).toString("base64url"),
  ];
  for (const text of shown) expect(redactor.redact(`<${text}>`)).toBe("<[redacted]>");
  expect(redactor.redact(Buffer.from(secret).toString("base64"))).toStartWith("[redacted]");
});

test("a secret inside the base64 of something longer is masked", () => {
  const redactor = createRedactor(["correct horse battery"]);
  for (const user of ["a", "ab", "abc", "admin"]) {
    const encoded = Buffer.from(`${user}:correct horse battery`).toString("base64");
    const masked = redactor.redact(encoded);
    expect(masked).toContain("[redacted]");
    expect(Buffer.from(masked.replace("[redacted]", ""), "base64").toString()).not.toContain("horse");
  }
});

test("a secret of several lines is masked as a whole and line by line", () => {
  const redactor = createRedactor([pem]);
  expect(redactor.redact(`key: ${pem}`)).toBe("key: [redacted]");
  for (const line of pem.trim().split("\n")) expect(redactor.redact(`  ${line}`)).toBe("  [redacted]");
  expect(redactor.redact(JSON.stringify({ pem }))).toBe('{"pem":"[redacted]"}');
});

test("of secrets that contain one another or overlap nothing stays behind", () => {
  const redactor = createRedactor(["abcd", "abcdefgh", "ghijkl"]);
  expect(redactor.redact("abcdefgh abcdefghijkl abcd")).toBe("[redacted] [redacted] [redacted]");
});

test("a secret that is added later is masked from then on, and an empty one is passed over", () => {
  const redactor = createRedactor(["", "  "]);
  expect(redactor.redact("a hunter2 b")).toBe("a hunter2 b");
  redactor.add("hunter2");
  expect(redactor.redact("a hunter2 b")).toBe("a [redacted] b");
});

test("no text keeps a planted secret, and what is masked once stays as it is", () => {
  const secret = fc
    .string({ unit: "binary-ascii", minLength: 4, maxLength: 20 })
    .filter((text) => text.trim().length >= 4);
  fc.assert(
    fc.property(
      fc.array(secret, { minLength: 1, maxLength: 4 }),
      fc.array(fc.string(), { maxLength: 5 }),
      (secrets, texts) => {
        fc.pre(!secrets.some((one) => "[redacted]".includes(one) || one.includes("redacted")));
        const redactor = createRedactor(secrets);
        const planted = texts.map((text, index) => text + (secrets[index % secrets.length] ?? "")).join(" ");
        const masked = redactor.redact(planted).replaceAll("[redacted]", "\u{1F512}");
        for (const one of secrets) expect(masked).not.toContain(one);
      },
    ),
  );
});

const byPlace: readonly [text: string, masked: string][] = [
  ["postgres://app:p@ss@db:5432/x", "postgres://app:[redacted]@db:5432/x"],
  ["redis://:pw@cache:6379,redis://:pw2@b", "redis://:[redacted]@cache:6379,redis://:[redacted]@b"],
  ["https://ghp_0123456789abcdefghij@github.com/a", "https://[redacted]@github.com/a"],
  ["host=db password=s3cret dbname=x", "host=db password=[redacted] dbname=x"],
  ["host=db password='two \\' words' dbname=x", "host=db password=[redacted] dbname=x"],
  ["Server=x;Password=abc;Database=y", "Server=x;Password=[redacted];Database=y"],
  [
    "AccountName=a;AccountKey=Zm9v==;EndpointSuffix=x",
    "AccountName=a;AccountKey=[redacted];EndpointSuffix=x",
  ],
  ["PGPASSWORD=zzz psql -h db", "PGPASSWORD=[redacted] psql -h db"],
  ["https://x.blob/a?sv=1&sig=abc%3D&se=2", "https://x.blob/a?sv=1&sig=[redacted]&se=2"],
  ['{"user":"a","password":"q\\"w"}', '{"user":"a","password":"[redacted]"}'],
  ["curl -H 'Authorization: Bearer abc.def' http://x", "curl -H 'Authorization: Bearer [redacted]' http://x"],
  ["authorization: abcdef", "authorization: [redacted]"],
  ['{"Authorization":"Basic Zm9v"}', '{"Authorization":"Basic [redacted]"}'],
  ["not AGE-SECRET-KEY-1QQPQZ9, ok", "not AGE-SECRET-KEY-1[redacted], ok"],
  ["got Bearer eyJhbGciOiJIUzI1NiJ9.e30.x back", "got Bearer [redacted] back"],
];

test.each(byPlace)("what its place gives away is masked: %s", (text, masked) => {
  const { redact } = createRedactor();
  expect(redact(text)).toBe(masked);
  expect(redact(masked)).toBe(masked);
});

test.each([
  "ssh://git@github.com/a/b",
  "http://localhost:8080/users/@me",
  "the bearer of bad news",
  "postgres:16-alpine is healthy",
  "GET http://127.0.0.1:4001/health 200",
])("what is no secret stays: %s", (text) => {
  expect(createRedactor().redact(text)).toBe(text);
});

test("a long hostile line is no denial of service", () => {
  const redactor = createRedactor(["hunter2hunter2"]);
  const started = performance.now();
  for (const piece of [
    "a",
    "a.",
    "password=",
    "password='",
    "a://b:",
    '"password":"',
    "authorization: ",
    "bearer ",
  ]) {
    redactor.redact(piece.repeat(200_000 / piece.length));
  }
  expect(performance.now() - started).toBeLessThan(2_000);
});

test("a password in SQL that a tool repeats is masked, up to its closing quote", () => {
  const { redact } = createRedactor();
  const mapping = (password: string) =>
    `CREATE USER MAPPING FOR x SERVER s OPTIONS (\n    password ${password},\n    "user" 'x'\n);`;
  for (const password of ["'hunter2'", "'it''s, 2'", "E'back\\\\slash'", "''"])
    expect(redact(mapping(password))).toBe(mapping(password.startsWith("E") ? "E[redacted]" : "[redacted]"));
  expect(redact("ALTER ROLE a WITH LOGIN PASSWORD 'SCRAM-SHA-256$4096:x';")).toBe(
    "ALTER ROLE a WITH LOGIN PASSWORD [redacted];",
  );
});
