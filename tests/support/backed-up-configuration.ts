import { type Configuration, parseConfiguration } from "../../sdk/core/config/index.ts";

/** The configuration, as if read from this file, of a project that runs nothing and backs this up. */
export function backedUpConfiguration(backups: object, file: string): Configuration {
  const compose = (project: string) => ({ project, files: ["docker-compose.yml"], envFiles: [] });
  return parseConfiguration(
    {
      project: "pieces",
      platform: {
        kind: "docker-host",
        environments: { blue: compose("blue"), green: compose("green") },
        shared: { ...compose("shared"), services: ["db"] },
        proxy: { service: "edge", frontDoor: "http://127.0.0.1:1", markerDirectory: "switch" },
      },
      services: [{ name: "app", ports: { blue: 1, green: 2 }, frontDoorPath: "/" }],
      database: { mode: "none" },
      backups,
    },
    file,
  );
}
