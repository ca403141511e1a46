import { defineConfig } from "../sdk/core/config/index.ts";

/** The example's deployment, as it stands. docs/configuration.md describes every key; docs/your-stack.md leads to your own. */
export default defineConfig({
  project: "cell-hub",
  platform: {
    kind: "docker-host",
    environments: {
      blue: {
        project: "cell-hub-blue",
        files: ["examples/cell-hub/docker-compose.yml"],
        envFiles: ["examples/cell-hub/.env.blue"],
      },
      green: {
        project: "cell-hub-green",
        files: ["examples/cell-hub/docker-compose.yml"],
        envFiles: ["examples/cell-hub/.env.green"],
      },
    },
    shared: {
      project: "cell-hub-shared",
      files: ["examples/cell-hub/docker-compose.shared.yml"],
      envFiles: ["examples/cell-hub/.env.shared"],
      services: ["postgres", "redis", "edge"],
    },
    proxy: {
      service: "edge",
      frontDoor: "http://127.0.0.1:8080",
      markerDirectory: "examples/cell-hub/edge/switch",
    },
  },
  services: [
    {
      name: "frontend",
      ports: { blue: 4000, green: 5000 },
      frontDoorPath: "/",
      assets: { path: "/app/frontend/dist/assets", publishTo: "examples/cell-hub/data/assets" },
    },
    { name: "backend", ports: { blue: 4001, green: 5001 }, frontDoorPath: "/api/segmentations" },
    { name: "ml", ports: { blue: 4008, green: 5008 }, frontDoorPath: "/api/ml/model" },
  ],
  database: {
    mode: "shared",
    service: "postgres",
    name: "cell_hub",
    user: "cell_hub",
    migrations: {
      service: "backend",
      command: ["bun", "migrate.ts", "up"],
      statusCommand: ["bun", "migrate.ts", "status"],
      files: "examples/cell-hub/backend/migrations",
      lockTimeout: "5s",
    },
  },
  redis: { service: "redis", passwordVariable: "REDIS_PASSWORD", persistent: true },
  uploads: { blue: "examples/cell-hub/data/uploads", green: "examples/cell-hub/data/uploads" },
  weights: {
    directory: "examples/cell-hub/ml/weights",
    files: ["model_final.bin"],
    sha256: { "model_final.bin": "d8349a7c1ba88e6678fed67516c59d351d8234bbae5f4b5c4507d82506f1c1f2" },
  },
  backups: { directories: ["examples/cell-hub/edge/nginx"] },
  permissions: { uid: 1001, gid: 1001 },
  watch: { duration: "8s" },
  drain: { timeout: "30s" },
  keepPrevious: true,
  resources: { disk: "2GB", memory: "1GB" },
});
