import { expect, test } from "bun:test";
import { fileNames } from "../../../../sdk/platforms/docker-host/diagnose.ts";
import { container } from "../../systems/docker/container.ts";

const members = [
  { name: "web", composeService: "green-web" },
  { name: "ml", composeService: "green-ml" },
];

test("the files of a diagnosis are called as people call the services", () => {
  const containers = ["green-web", "green-ml", "db"].map((service) => container({ service }));
  const names = fileNames(members, containers);
  expect(containers.map((one) => names.get(one))).toEqual(["web", "ml", "db"]);
});

test("of several containers that have one name, the service's own that is not well keeps it", () => {
  const stranger = container({ service: "web", health: "unhealthy" });
  const well = container({ service: "green-web" });
  const ill = container({ service: "green-web", health: "unhealthy" });
  const names = fileNames(members, [stranger, well, ill]);
  expect([ill, well, stranger].map((one) => names.get(one))).toEqual(["web", "web-2", "web-3"]);
});
