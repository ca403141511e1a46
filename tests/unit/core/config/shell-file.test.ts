import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  defineConfig,
  fromShellFile,
  parseConfiguration,
  type ShellFileSettings,
  shellKeys,
} from "../../../../sdk/core/config/index.ts";
import { shellKeyOf } from "../../../../sdk/core/config/shell-file/keys.ts";
import { parseShellFile } from "../../../../sdk/core/config/shell-file/parse.ts";
import { asFailure } from "../../../../sdk/core/errors/index.ts";

const example = join(import.meta.dir, "fixtures", "deployment.config");
const exampleText = readFileSync(example, "utf8");
const folder = mkdtempSync(join(tmpdir(), "switchover-shell-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string): ShellFileSettings {
  const file = join(folder, "deployment.config");
  writeFileSync(file, text);
  return fromShellFile(file);
}

function failureOf(text: string) {
  try {
    read(text);
  } catch (thrown) {
    return asFailure(thrown);
  }
  return undefined;
}

test("an old file and what it could not know make a configuration", () => {
  const old = fromShellFile(example);
  const { blue, green } = old.platform.environments;
  const written = defineConfig({
    ...old,
    project: "shop",
    platform: {
      ...old.platform,
      environments: { blue: { project: "shop-blue", ...blue }, green: { project: "shop-green", ...green } },
      shared: { ...old.platform.shared, project: "shop-shared", services: ["nginx"] },
      proxy: { ...old.platform.proxy, service: "nginx", markerDirectory: "nginx/switch" },
    },
  });
  expect(parseConfiguration(written, "/srv/shop/config/deployment.config.ts")).toMatchObject({
    root: "/srv/shop",
    services: [
      {
        name: "frontend",
        composeService: "{environment}-frontend",
        ports: { blue: 4000, green: 5000 },
        health: { path: "/health", timeout: 30_000 },
      },
      { name: "backend", ports: { blue: 4001, green: 5001 } },
      { name: "ml", ports: { blue: 4008, green: 5008 } },
      { name: "postgres", composeService: "postgres-{environment}" },
      { name: "redis", composeService: "redis-{environment}" },
    ],
    platform: {
      environments: {
        blue: { files: ["docker-compose.blue.yml"], envFiles: [".env.blue"] },
        green: { files: ["docker-compose.green.yml"], envFiles: [".env.green.prod"] },
      },
      shared: { files: ["docker-compose.nginx.yml"] },
      proxy: { frontDoor: "https://shop.example.org", configFiles: ["nginx/prod.conf"] },
    },
    database: {
      mode: "per-environment",
      blue: { service: "postgres-blue", name: "shop_blue" },
      green: { service: "postgres-green", name: "shop_green" },
      user: "shop",
      passwordVariable: "POSTGRES_PASSWORD",
    },
    deadlines: { stage: 180_000, migrate: 300_000, backup: 600_000, build: 900_000 },
    resources: { disk: 12e9, memory: 4_096e6, cpuPercent: 70 },
    permissions: { uid: 1001, gid: 1002 },
    uploads: {
      blue: "data/uploads/blue",
      green: "data/uploads/green",
      subdirectories: ["images", "thumbnails", "temp"],
    },
    weights: { directory: "ml/weights", files: ["one.pth", "two.pth"] },
    requiredVariables: ["POSTGRES_PASSWORD", "JWT_SECRET"],
    backups: { directory: "backups", keepDays: 31, keepCount: 11 },
    containerLogs: { errorWords: ["ECONNREFUSED", "MODULE_NOT_FOUND"] },
    notify: {
      email: { to: ["admin@example.org"], from: "shop@example.org", host: "mail.example.org", port: 587 },
      slack: { webhookVariable: "SLACK_WEBHOOK_URL" },
    },
    domain: "shop.example.org",
    tls: { certificate: "/etc/certificates/shop/chain.pem", key: "/etc/certificates/shop/key.pem" },
    logging: { keepDays: 60 },
  });
});

test("a webhook's address is a secret, and does not get into the configuration", () => {
  expect(JSON.stringify(fromShellFile(example))).not.toContain("planted-secret");
});

test("every key of the example is known, and every row of the table fits one of them", () => {
  const names = [...parseShellFile(exampleText).keys()];
  expect(names.filter((name) => shellKeyOf(name) === undefined)).toEqual([]);
  const used = new Set(names.map(shellKeyOf));
  expect(shellKeys.filter((row) => !used.has(row)).map(({ key }) => key)).toEqual([]);
});

test("a key that has a place changes the settings, and one that has none does not", () => {
  const whole = JSON.stringify(fromShellFile(example));
  const others: Record<string, string> = {
    ENABLE_SSL: "false",
    VERBOSE_LOGGING: "false",
    SLACK_WEBHOOK_URL: '""',
    BLUE_SERVICES: "blue-frontend blue-backend blue-ml postgres-blue",
    // These two are only seen where what is built on them says nothing itself.
    UPLOAD_BASE_DIR: "./elsewhere",
    PRODUCTION_DOMAIN: "other.example.org",
  };
  for (const [name, { value }] of parseShellFile(exampleText)) {
    if (typeof value !== "string") continue;
    const other =
      others[name] ?? (/^\d+$/.test(value) ? "77" : `${value.replace(/\S+$/, "other@example.org")}`);
    const changed = exampleText.replace(
      new RegExp(`(^|[ ;])${name}=.*`, "m"),
      `$1${name}="${other.replaceAll('"', "")}"`,
    );
    const row = shellKeyOf(name);
    const stays = failureOf(changed) === undefined && JSON.stringify(read(changed)) === whole;
    expect(`${name} ${stays}`).toBe(`${name} ${row !== undefined && "reason" in row}`);
  }
});

test.each([
  ["FOO_BAR=1", "FOO_BAR", "it is no key that is known"],
  ["HEALTH_CHECK_TIMEOUT=30s", "HEALTH_CHECK_TIMEOUT", "expected a whole number"],
  ["ENABLE_SSL=maybe", "ENABLE_SSL", "expected true or false"],
  ["BACKUP_DIR=$(pwd)", "BACKUP_DIR", "it holds a command"],
  ["BLUE_API_PORT=4100", "BLUE_API_PORT", "GREEN_API_PORT is missing"],
  ["DOCKER_UID=(1 2)", "DOCKER_UID", "expected one value, not a list"],
])("%s is refused with its line and its key", (line, key, problem) => {
  const failure = failureOf(`${exampleText}\n${line}\n`);
  expect(failure?.code).toBe("CONFIG_INVALID");
  const number = exampleText.split("\n").length + 1;
  expect(failure?.message).toContain(`line ${number}, ${key}: `);
  expect(failure?.message).toContain(problem);
});

test("a file without what everything needs is refused by name", () => {
  const without = exampleText.replace(/^BLUE_COMPOSE_FILE=.*$/m, "");
  expect(failureOf(without)?.message).toContain("BLUE_COMPOSE_FILE: it is not set");
  expect(failureOf("PRODUCTION_DOMAIN=a.example.org\n")?.message).toContain("BLUE_SERVICES");
});

test("one database for both environments is shared", () => {
  const shared = exampleText.replace(/^GREEN_DB_NAME=.*$/m, "GREEN_DB_NAME=shop_blue");
  expect(read(shared).database).toEqual({
    mode: "shared",
    name: "shop_blue",
    user: "shop",
    passwordVariable: "POSTGRES_PASSWORD",
  });
});

test("nothing is run", () => {
  const trap = join(folder, "trap");
  failureOf(`A=$(touch ${trap})\n`);
  failureOf(`f() { touch ${trap}; }\nf\n`);
  failureOf(`A=1; touch ${trap}\n`);
  expect(() => readFileSync(trap)).toThrow();
});

test("a path that depends on where the script is started is refused", () => {
  expect(() => fromShellFile("deployment.config")).toThrow("depends on where a script is started");
  expect(() => fromShellFile(new URL("file:///no/such/deployment.config"))).toThrow("cannot be read");
});
