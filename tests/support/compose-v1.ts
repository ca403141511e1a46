import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { succeed } from "../../sdk/core/process/index.ts";

/** Debian 12's Compose of version 1, and what it needs of Python. */
const packages = [
  "docker-compose",
  ...["attr", "cached-property", "certifi", "chardet", "distro", "distutils", "docker", "dockerpty"],
  ...["docopt", "dotenv", "idna", "jsonschema", "pkg-resources", "pyrsistent", "requests", "setuptools"],
  ...["six", "texttable", "urllib3", "websocket", "yaml"],
].map((name, index) => (index === 0 ? name : `python3-${name}`));

const deadlineMs = 120_000;

/**
 * Unpacks Compose 1.29 into a folder of its own, where it changes nothing for anybody else, and gives the program.
 * The folder is kept for the next run of the tests.
 */
export async function composeV1(): Promise<string> {
  const folder = join(tmpdir(), "switchover-compose-v1");
  const program = join(folder, "docker-compose-v1");
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const download = () => succeed(["apt-get", "download", ...packages], { deadlineMs, cwd: folder });
  await download().catch(async () => {
    await succeed(["apt-get", "update"], { deadlineMs });
    await download();
  });
  const root = join(folder, "root");
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".deb")))
    await succeed(["dpkg", "-x", join(folder, file), root], { deadlineMs });
  const modules = join(root, "usr/lib/python3/dist-packages");
  // What Python compiles it keeps beside, also where somebody told it not to: that takes longer than Compose itself.
  const variables = `PYTHONDONTWRITEBYTECODE= PYTHONPATH=${modules}`;
  const start = `${variables} exec python3 ${root}/usr/bin/docker-compose "$@"`;
  writeFileSync(program, `#!/bin/sh\n${start}\n`);
  chmodSync(program, 0o755);
  return program;
}
