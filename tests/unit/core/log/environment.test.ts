import { expect, test } from "bun:test";
import { secretsOfEnvironment } from "../../../../sdk/core/log/index.ts";

test.each([
  ["POSTGRES_PASSWORD", "1234"],
  ["DB_PASS", "abcd"],
  ["DB_PW", "hunter2"],
  ["STRIPE_KEY", "sk_live_1"],
  ["JWT_SECRET", "a b c d"],
  ["SENTRY_DSN", "https://abc@sentry.io/1"],
  ["PRIVATE", "-----BEGIN-----\nabc\n-----END-----"],
  ["AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7"],
  ["REDIS_KEY_PREFIX", "x9-blue"],
  ["SECRET_KEY_NAME", "blue"],
  ["MASTER_KEY", "blue"],
  ["ANYTHING", "abcdefghijklmnop"],
  ["JWT", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcd"],
  ["BASIC", "admin:supersecret9"],
  ["APP_NAME", "xk29fj3k2lq9x8w7v6u5t"],
  ["SERVICE", "Correct-Horse-Battery"],
  ["CHAT", "https://hooks.slack.com/services/T00/B00/abcdEFGH1234567890xyz"],
])("the value of %s=%s is a secret", (key, value) => {
  expect(secretsOfEnvironment({ [key]: value })).toContain(value);
});

test.each([
  ["POSTGRES_PASSWORD", "abc"],
  ["AUTH_ENABLED", "true"],
  ["TOKEN_TTL", "86400"],
  ["POSTGRES_PASSWORD_FILE", "/run/secrets/db"],
  ["REDIS_KEY_PREFIX", "blue"],
  ["KEYSPACE", "hub:"],
  ["NAME", "cell-hub"],
  ["COMPOSE_PROJECT_NAME", "cell-hub-shared-services"],
  ["BUILD_NUMBER", "202611201802"],
  ["DATA_DIR", "/var/lib/cell-hub/data"],
  ["DB_HOST", "db.internal.example.com:5432"],
  ["REDIS", "redis-primary:6379"],
  ["API_URL", "https://api.example.com/v1/things"],
  ["IMAGE", "ghcr.io/acme/cell-hub:1.8.3"],
  ["PG_IMAGE", "postgres:16-alpine"],
  ["DIGEST", `acme/web@sha256:${"0a".repeat(32)}`],
  ["TRUSTED", "10.0.0.0/8,192.168.0.0/16"],
  ["BIND", "2001:db8:85a3::8a2e:370:7334"],
])("the value of %s=%s is none", (key, value) => {
  expect(secretsOfEnvironment({ [key]: value })).toEqual([]);
});

test("a URL with credentials is masked whole, and its password as it stands and decoded", () => {
  expect(secretsOfEnvironment({ DATABASE_URL: "postgres://app:p%40ss@db/x" }).sort()).toEqual([
    "p%40ss",
    "p@ss",
    "postgres://app:p%40ss@db/x",
  ]);
});

test("the password of a key/value connection string is masked by itself too", () => {
  expect(secretsOfEnvironment({ PG: "host=db password='two words' dbname=x" })).toContain("two words");
});
