import { parseConfiguration } from "../../../../sdk/core/config/index.ts";
import { type Site, siteOf } from "../../../../sdk/platforms/docker-host/site.ts";

const compose = (project: string) => ({
  project,
  files: ["compose/hub.yml", "/etc/hub/more.yml"],
  envFiles: [`env/${project}`],
});

/** The site of a project in this folder. */
export function siteIn(root: string, overrides: Record<string, unknown> = {}): Site {
  const configuration = parseConfiguration(
    {
      project: "hub",
      platform: {
        kind: "docker-host",
        environments: { blue: compose("hub-blue"), green: compose("hub-green") },
        shared: { ...compose("hub-shared"), services: ["edge"] },
        proxy: { service: "edge", frontDoor: "http://127.0.0.1:8080", markerDirectory: "edge/switch" },
      },
      services: [
        {
          name: "Web",
          composeService: "{environment}-web",
          ports: { blue: 4000, green: 5000 },
          frontDoorPath: "/",
        },
        { name: "worker", releaseHeader: null },
      ],
      ...overrides,
    },
    `${root}/config/deployment.config.ts`,
  );
  const { platform } = configuration;
  if (platform.kind !== "docker-host") throw new Error("this is a Docker host");
  return siteOf(configuration, platform);
}
