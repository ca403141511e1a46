import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  buildOverride,
  imageName,
  pinOverride,
  variables,
  withOverride,
} from "../../../../sdk/platforms/docker-host/override.ts";
import { siteIn } from "./fake-site.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "switchover-override-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const members = [{ name: "Web", composeService: "green-web" }];
const release = { id: "1.8.3", createdAt: "2026-11-20T18:00:00.000Z", images: { Web: "sha256:abc" } };

test("an image is named by project, service in lower case, and release", () => {
  expect(imageName("hub", { name: "Web", composeService: "green-web" }, "1.8.3")).toBe("hub/web:1.8.3");
});

test("what is built gets its release's name", () => {
  expect(buildOverride("hub", members, "1.8.3")).toEqual({
    services: { "green-web": { image: "hub/web:1.8.3" } },
  });
});

test("what is started is pinned to its content, and says which release and environment it is", () => {
  expect(pinOverride(members, "green", release)).toEqual({
    services: {
      "green-web": {
        image: "sha256:abc",
        labels: {
          "switchover.release": "1.8.3",
          "switchover.environment": "green",
          "switchover.services": "Web",
        },
        environment: { SWITCHOVER_ENVIRONMENT: "green", SWITCHOVER_RELEASE: "1.8.3" },
      },
    },
  });
});

test("Compose and the containers are told the same", () => {
  expect(variables("blue", "1")).toEqual({ SWITCHOVER_ENVIRONMENT: "blue", SWITCHOVER_RELEASE: "1" });
});

async function written(
  firstFile: string,
): Promise<{ files: readonly string[]; text: unknown; mode: number }> {
  mkdirSync(join(root, "compose"));
  writeFileSync(join(root, "compose", "hub.yml"), firstFile);
  const site = siteIn(root);
  const on = await withOverride(site, site.project("green"), "green", { services: {} });
  const file = on.files.at(-1) ?? "";
  return { files: on.files, text: JSON.parse(readFileSync(file, "utf8")), mode: statSync(file).mode & 0o777 };
}

test("the override stands behind the owner's own files, for its owner's eyes only", async () => {
  const { files, text, mode } = await written("services: {}\n");
  expect(files).toEqual([
    join(root, "compose", "hub.yml"),
    "/etc/hub/more.yml",
    join(root, ".switchover", "compose", "green.json"),
  ]);
  expect(text).toEqual({ services: {} });
  expect(mode).toBe(0o600);
});

test.each(['version: "3.8"', "version: '3.8'", "version: 3.8"])(
  "%s of the owner's file is repeated",
  async (line) => {
    expect((await written(`# mine\n${line}\nservices: {}\n`)).text).toEqual({ version: "3.8", services: {} });
  },
);

test("a version that is no version of the file is not repeated", async () => {
  expect((await written("services:\n  web:\n    labels:\n      version: 3.8\n")).text).toEqual({
    services: {},
  });
});
