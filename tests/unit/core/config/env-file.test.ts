import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEnvFile } from "../../../../sdk/core/config/index.ts";
import { asFailure } from "../../../../sdk/core/errors/index.ts";

const folder = mkdtempSync(join(tmpdir(), "switchover-env-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

function thrownBy(act: () => unknown) {
  try {
    act();
  } catch (thrown) {
    return asFailure(thrown);
  }
  return undefined;
}

test("values come as they are written, and this process keeps its own", () => {
  const file = join(folder, ".env");
  writeFileSync(file, "# note\nexport A=1\nB=\"two words\"\nC='$A'\nSWITCHOVER_TEST_X=y\nEMPTY=\n");
  expect(readEnvFile(file)).toEqual({
    A: "1",
    B: "two words",
    C: "$A",
    SWITCHOVER_TEST_X: "y",
    EMPTY: "",
  });
  expect(process.env["SWITCHOVER_TEST_X"]).toBeUndefined();
});

test("a file that is not there fails with the errno and the way to make it", () => {
  expect(thrownBy(() => readEnvFile(join(folder, "absent")))).toMatchObject({
    code: "ENV_FILE_UNREADABLE",
    exitCode: 2,
    remedy: "make it, with mode 0600 and owned by the user who deploys",
    details: { path: join(folder, "absent"), errno: "ENOENT" },
  });
});

test("a folder fails as one", () => {
  expect(thrownBy(() => readEnvFile(folder))).toMatchObject({ details: { errno: "EISDIR" } });
});
