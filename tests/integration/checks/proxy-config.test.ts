import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { symlinkSync } from "node:fs";
import { proxyConfig } from "../../../checks/index.ts";
import { notInForce, sinceRead } from "../../../checks/proxy-config/not-in-force.ts";
import { succeed } from "../../../sdk/core/process/index.ts";
import { containersOf } from "../../../sdk/systems/docker/index.ts";
import { childrenInside } from "../../../sdk/systems/host/index.ts";
import { type Fixture, fixture, nginxImage, until } from "./fixture.ts";

// The image is built here where nobody has built it before.
setDefaultTimeout(300_000);
beforeAll(nginxImage);

const compose = `
services:
  proxy:
    image: \${IMAGE:-cell-hub-services:bookworm}
    command: ["nginx", "-g", "daemon off;"]
    volumes:
      - ./nginx:/etc/cell-hub:ro
      - ./switch:/etc/nginx/switch:ro
      - cache:/var/cache/nginx
    networks: [edge]
volumes:
  cache:
networks:
  edge:
`;

interface Parts {
  main?: string;
  http?: string;
  server?: string;
  marker?: string;
}

const nginx = ({ main = "", http = "", server = "", marker = "/etc/nginx/switch/green" }: Parts = {}) => `
${main}
events {}
http {
  ${http}
  server {
    listen 80;
    set $environment blue;
    if (-f ${marker}) { set $environment green; }
    ${server}
    location / { return 200 $environment; }
  }
}
`;

const unresolvable = "location /api { proxy_pass http://no-such-host.invalid; }";

function proxy(text = nginx(), composeText = compose): Fixture {
  return fixture({ "compose.yml": composeText, "nginx/nginx.conf": text, "switch/.keep": "" });
}

function look({ project, directory, files, envFiles, path }: Fixture, markerDirectory = path("switch")) {
  return proxyConfig({ project, directory, files, envFiles, service: "proxy", markerDirectory });
}

test("a running proxy tests what is on the disk now, and goes on serving", async () => {
  await using on = proxy();
  await on.up();
  const good = await look(on);
  expect(good.status).toBe("pass");
  expect(good.summary).toContain("in the running proxy");

  on.write("switch/green", "");
  expect(await look(on)).toMatchObject({ status: "pass" });

  on.write("nginx/nginx.conf", nginx({ server: unresolvable }));
  const bad = await look(on);
  expect(bad.status).toBe("fail");
  expect(bad.summary).toContain('host not found in upstream "no-such-host.invalid"');
  expect(bad.summary).toContain("nginx.conf:");
  expect(bad.remedy).toContain("extra_hosts");
});

test("a change that nginx has not read yet is a warning, until it has", async () => {
  // Inside the container alone does this link lead to what this test writes.
  const linked = "/etc/cell-hub/linked.conf";
  await using on = proxy(nginx({ http: `include ${linked};` }));
  symlinkSync("/etc/cell-hub/site.conf", on.path("nginx/linked.conf"));
  const edit = () => on.write("nginx/site.conf", "server_tokens off;");
  const edited = () => {
    edit();
    return look(on);
  };
  edit();
  await on.up();
  // What was changed within the second in which nginx started cannot be told from what it has read.
  let finding = await edited();
  for (let tries = 0; finding.status !== "warn" && tries < 100; tries += 1) finding = await edited();
  expect(finding.evidence).toMatchObject({ changed: [linked] });
  expect(finding.summary).toContain(`since ${linked} changed`);
  await sameByCommands(on, linked);
  const [, reload = ""] = finding.remedy?.split("let it read it: ") ?? [];
  await succeed(["sh", "-c", reload], { deadlineMs: 30_000 });
  // Old workers first take their leave.
  await until(async () => (await look(on)).status === "pass");
});

/** A daemon whose processes are not this host's is asked by commands, and what it says leads to the same. */
async function sameByCommands(on: Fixture, changed: string): Promise<void> {
  const options = { deadlineMs: 30_000 };
  const [proxy] = await containersOf(on.project, options);
  if (proxy === undefined) throw new Error("the proxy is gone");
  expect(childrenInside(proxy)?.map(({ title }) => title)).toContain("nginx: worker process");
  const elsewhere = { ...proxy, pid: 0 };
  const age = (await sinceRead(elsewhere, options)) ?? Number.NaN;
  const later = (await sinceRead(proxy, options)) ?? Number.NaN;
  // Each is a second that was begun.
  expect(later).toBeGreaterThanOrEqual(age - 2);
  const files = ["/etc/nginx/mime.types", changed];
  for (const asked of [proxy, elsewhere]) {
    expect(await notInForce(asked, files, later + 10, options)).toEqual([changed]);
    expect(await notInForce(asked, files, 0, options)).toEqual([]);
  }
}

test("one that does not run is tested in a container of its own, and nothing is left", async () => {
  await using on = proxy();
  const finding = await look(on);
  expect(finding.status).toBe("pass");
  expect(finding.summary).toContain("in a container made for it");
  expect(await on.parts()).toEqual([]);

  on.write("nginx/nginx.conf", nginx({ server: unresolvable }));
  expect((await look(on)).summary).toContain("host not found in upstream");
  on.write("nginx/nginx.conf", "events {} http { server { lissten 80; } }");
  expect((await look(on)).summary).toContain('unknown directive "lissten"');
  expect(await on.parts()).toEqual([]);
});

test("a configuration without the switch fails", async () => {
  await using on = proxy(nginx({ marker: "/etc/nginx/elsewhere/green" }));
  const finding = await look(on);
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("no server of the proxy tests for /etc/nginx/switch/green");
});

test("a marker that is looked for from the workers' own directory is the switch as well", async () => {
  await using on = proxy(nginx({ main: "working_directory /etc/nginx/switch;", marker: "green" }));
  expect(await look(on)).toMatchObject({ status: "pass" });
  on.write("nginx/nginx.conf", nginx({ main: "working_directory /etc/nginx;", marker: "green" }));
  expect(await look(on)).toMatchObject({ status: "fail" });
});

test("a proxy that was started with older mounts than its files now want is a warning", async () => {
  await using on = proxy();
  await on.up();
  on.write("compose.yml", compose.replace("./switch:/etc/nginx/switch:ro", "./switch:/switch:ro"));
  on.write("nginx/nginx.conf", nginx({ marker: "/switch/green" }));
  const finding = await look(on);
  expect(finding.status).toBe("warn");
  expect(finding.summary).toContain("restarted as it is, it would lose the switch");
  expect(finding.remedy).toContain("up -d --no-deps proxy");
});

test("a marker's folder that the proxy does not see fails", async () => {
  await using on = proxy();
  const finding = await look(on, "/var/lib/another/switch");
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("does not see /var/lib/another/switch");
});

test("a file cache around the switch fails; one that is off there does not", async () => {
  await using on = proxy(nginx({ http: "open_file_cache max=1000 inactive=20s;" }));
  const finding = await look(on);
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("open_file_cache is on around the switch");
  on.write("nginx/nginx.conf", nginx({ http: "open_file_cache max=10;", server: "open_file_cache off;" }));
  expect(await look(on)).toMatchObject({ status: "pass" });
});

test("an image that is not here yet is a warning with the command that makes it", async () => {
  await using on = fixture({
    "compose.yml": compose,
    ".env": "IMAGE=switchover-check-test/absent:1\n",
    "nginx/nginx.conf": nginx(),
  });
  const finding = await look(on);
  expect(finding.status).toBe("warn");
  expect(finding.remedy).toContain("build proxy");
});

test("a container that hangs is gone after the deadline, with all that was made for it", async () => {
  const hanging = compose.replace("command:", 'entrypoint: ["sh", "-c", "sleep 600"]\n    command:');
  await using on = proxy(nginx(), hanging);
  const { project, directory, files } = on;
  const where = { project, directory, files, service: "proxy", markerDirectory: on.path("switch") };
  const finding = await proxyConfig(where, { deadline: "4s" });
  expect(finding).toMatchObject({ status: "fail" });
  await until(async () => (await on.parts()).length === 0, 60_000);
});
