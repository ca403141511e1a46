import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { redisReady } from "../../../checks/index.ts";
import { hostileServer } from "../../support/hostile.ts";

const folder = mkdtempSync(join(tmpdir(), "switchover-said-back-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a password that a server says back stands in no finding", async () => {
  const envFile = join(folder, ".env");
  writeFileSync(envFile, "REDIS_PASSWORD=pLanted-9s8d7\n", { mode: 0o600 });
  using server = await hostileServer((_, send) =>
    send("-ERR unknown command 'AUTH', with args beginning with: 'pLanted-9s8d7'\r\n"),
  );
  const finding = await redisReady({ port: server.port, envFile });
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("unknown command 'AUTH', with args beginning with: '[redacted]'");
});
