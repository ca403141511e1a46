import { defineConfig } from "../../sdk/core/config/index.ts";

/** Two cells, for which the model's answer is known. */
const image = [
  [0, 0, 0, 0, 0, 0],
  [0, 2, 2, 0, 0, 0],
  [0, 2, 2, 0, 0, 0],
  [0, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 4, 4],
  [0, 0, 0, 0, 4, 4],
];
const inference = { body: { image }, expect: { cells: 2, areas: [4, 8], activation: 2.25 } };
const upload = { download: "/uploads/{id}", remove: "/api/uploads/{id}" };
const greeting = { type: "hello", environment: "{environment}", release: "{release}" };
const containers = { project: "{project}", services: ["frontend", "backend", "ml"] };

/** The example's deployment. docs/configuration.md describes every key; docs/your-stack.md leads to your own. */
export default defineConfig({
  project: "cell-hub",
  // From wherever this is read: the demo and the tests name this file, config/ leads to it.
  root: import.meta.dir,
  platform: {
    kind: "docker-host",
    environments: {
      blue: {
        project: "cell-hub-blue",
        files: ["docker-compose.yml"],
        envFiles: [".env.blue"],
      },
      green: {
        project: "cell-hub-green",
        files: ["docker-compose.yml"],
        envFiles: [".env.green"],
      },
    },
    shared: {
      project: "cell-hub-shared",
      files: ["docker-compose.shared.yml"],
      envFiles: [".env.shared"],
      services: ["postgres", "redis", "edge"],
    },
    proxy: {
      service: "edge",
      frontDoor: "http://127.0.0.1:8080",
      markerDirectory: "edge/switch",
    },
  },
  services: [
    {
      name: "frontend",
      ports: { blue: 4000, green: 5000 },
      frontDoorPath: "/",
      assets: { path: "/app/frontend/dist/assets", publishTo: "data/assets" },
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
      files: "backend/migrations",
      lockTimeout: "5s",
    },
  },
  redis: { service: "redis", passwordVariable: "REDIS_PASSWORD", persistent: true },
  uploads: { blue: "data/uploads", green: "data/uploads" },
  weights: {
    directory: "ml/weights",
    files: ["model_final.bin"],
    sha256: { "model_final.bin": "d8349a7c1ba88e6678fed67516c59d351d8234bbae5f4b5c4507d82506f1c1f2" },
  },
  // Where everybody looks for backups. What is remembered of deployments stays under `root`: it is about this stack alone.
  backups: { directory: "../../backups", directories: ["edge/nginx"] },
  permissions: { uid: 1001, gid: 1001 },
  watch: { duration: "8s" },
  drain: { timeout: "30s" },
  keepPrevious: true,
  resources: { disk: "2GB", memory: "1GB" },
  containerLogs: { errorWords: ["could not start", "weights not loaded", "database connection lost"] },
  checks: {
    after: [
      {
        check: "http-endpoint",
        of: "health",
        options: {
          url: "{direct.backend}/api/health",
          bodyJson: { database: "connected", redis: "connected", uploads: "writable" },
          headerEquals: { "x-environment": "{environment}", "x-release": "{release}" },
        },
      },
      {
        check: "http-endpoint",
        of: "page",
        options: {
          url: "{direct.frontend}/",
          bodyContains: "/assets/",
          headerEquals: { "cache-control": "no-store" },
          maxLatency: "2s",
        },
      },
      {
        check: "upload-roundtrip",
        options: { url: "{direct.backend}/api/uploads", ...upload },
      },
      {
        check: "websocket",
        options: { url: "{direct.backend}/socket.io/", greeting },
      },
      {
        check: "json-answer",
        of: "inference",
        options: { url: "{direct.ml}/api/v1/infer", ...inference },
      },
      {
        check: "container-logs",
        of: "start",
        options: { ...containers, contains: '"event":"listening"' },
      },
    ],
    frontDoor: [
      {
        check: "proxy-routes",
        options: {
          frontDoor: "{frontDoor}",
          environment: "{environment}",
          release: "{release}",
          routes: [
            { path: "/", service: "frontend" },
            { path: "/api/health", service: "backend" },
            { path: "/api/ml/model", service: "ml" },
            { path: "/api-docs", service: "backend" },
            { path: "/uploads/none", service: "backend", status: 404 },
            { path: "/socket.io/", service: "backend", status: 426 },
            { path: "/.well-known/acme-challenge/none", status: 404, environment: null },
            { path: "/health", environment: null },
          ],
        },
      },
      {
        check: "upload-roundtrip",
        of: "front door",
        options: { url: "{frontDoor}/api/uploads", ...upload, size: "1MB" },
      },
      {
        check: "websocket",
        of: "front door",
        options: { url: "{frontDoor}/socket.io/", greeting, idle: "5s" },
      },
      {
        check: "json-answer",
        of: "front door",
        options: { url: "{frontDoor}/api/ml/infer", ...inference },
      },
      {
        check: "container-resources",
        options: { ...containers, window: "5s", growth: "100MB" },
      },
    ],
  },
});
