import { expect, setDefaultTimeout, test } from "bun:test";
import { proxyReach } from "../../../checks/index.ts";
import { reachFaults } from "../../../checks/proxy-reach/judge.ts";
import { placesOf } from "../../../checks/proxy-reach/places.ts";
import { fixture } from "./fixture.ts";

setDefaultTimeout(60_000);

const network = `net-${process.pid}`;
const environment = `
services:
  web:
    image: app
    networks: { edge: { ipv4_address: 172.31.250.21 } }
networks:
  edge: { external: true, name: ${network} }
`;
const shared = (nginx: string) => `
services:
  nginx:
    image: nginx
    ${nginx}
networks:
  edge: { name: ${network}, ipam: { config: [{ subnet: 172.31.250.0/24 }] } }
`;
const hosts = (address: string) => `extra_hosts: ["green-web:${address}"]`;

/** What the check says of a proxy that is described so; no container is made. */
async function look(nginx: string) {
  await using on = fixture({ "compose.yml": shared(nginx), "green.yml": environment });
  const { project, directory, files, path } = on;
  const green = { project: `${project}-green`, directory, files: [path("green.yml")], services: ["web"] };
  return await proxyReach({ project, directory, files, service: "nginx", environment: green });
}

test("a proxy beside each service, which knows its address, is good", async () => {
  const finding = await look(`networks: [edge]\n    ${hosts("172.31.250.21")}`);
  expect(finding).toMatchObject({ status: "pass", summary: "nginx is in a network with web" });
});

test("a network that nobody makes is told before Docker does not find it", async () => {
  const finding = await look("");
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain(`wants the network ${network}, which is not there`);
  expect(finding.remedy).toContain('under "networks:" of the proxy');
});

test("a proxy that knows other addresses is a warning, with what makes it anew", async () => {
  const finding = await look(`networks: [edge]\n    ${hosts("172.31.250.12")}`);
  expect(finding.status).toBe("warn");
  expect(finding.summary).toBe("web has the address 172.31.250.21, which no name in nginx's extra_hosts has");
  expect(finding.remedy).toMatch(/up -d --no-deps nginx$/);
});

test("a proxy in another network fails, whatever its file says by now; one of the machine itself is everywhere", () => {
  const model = {
    accepted: true as const,
    services: { web: { networks: ["edge"] } },
    networks: {},
    unset: [],
  };
  const reach = (networks: string[] | "host") =>
    reachFaults({
      proxy: { service: "nginx", networks, hosts: [], command: "up -d nginx" },
      project: "green",
      services: ["web"],
      places: placesOf(model, "green"),
      networks: new Set(["green_edge"]),
    });
  expect(reach(["shop_default"])).toMatchObject([
    {
      status: "fail",
      says: "nginx is in shop_default and web in green_edge, so no request would reach it",
      remedy: 'see that the network stands under "networks:" of nginx, and make it anew: up -d nginx',
    },
  ]);
  expect(reach(["green_edge"])).toEqual([]);
  expect(reach("host")).toEqual([]);
});
