// Made by `bun docs/generate.ts` from the files beside it; a new check appears here by itself.

import type { CatalogueEntry } from "./define.ts";

/** Every check by its id. None is loaded before it is asked for: each brings packages of its own. */
export const catalogue: Readonly<Record<string, CatalogueEntry>> = {
  "backup-freshness": {
    title: "Backup",
    summary: "Whether the newest backup that was proven is young enough to return to",
    load: async () => (await import("./backup-freshness.ts")).backupFreshness,
  },
  "clock-skew": {
    title: "Clock",
    summary: "Whether a time service keeps this host's clock, and servers elsewhere agree with it",
    load: async () => (await import("./clock-skew.ts")).clockSkew,
  },
  "compose-files": {
    title: "Compose files",
    summary: "Whether Compose takes its files as they are, and every variable of them is set",
    load: async () => (await import("./compose-files.ts")).composeFiles,
  },
  "container-command": {
    title: "Command",
    summary: "Whether a command inside a container ends with its code and prints what it should",
    load: async () => (await import("./container-command.ts")).containerCommand,
  },
  "container-logs": {
    title: "Container logs",
    summary: "Whether containers logged what they must, and nothing of what they must not",
    load: async () => (await import("./container-logs.ts")).containerLogs,
  },
  "container-resources": {
    title: "Resources",
    summary: "Whether containers keep to a share of processor and memory, and their memory does not grow",
    load: async () => (await import("./container-resources.ts")).containerResources,
  },
  "containers-healthy": {
    title: "Containers",
    summary: "Whether every container of a Compose project runs, is healthy, and has not died",
    load: async () => (await import("./containers-healthy.ts")).containersHealthy,
  },
  "disk-space": {
    title: "Disk space",
    summary: "Whether every file system that matters has room, for bytes and for files, and takes them",
    load: async () => (await import("./disk-space.ts")).diskSpace,
  },
  dns: {
    title: "DNS",
    summary: "Whether names resolve in their time, and to the addresses that they should",
    load: async () => (await import("./dns.ts")).dns,
  },
  "docker-daemon": {
    title: "Docker daemon",
    summary: "Whether the Docker daemon answers, and the site would outlive its restart",
    load: async () => (await import("./docker-daemon.ts")).dockerDaemon,
  },
  "env-files": {
    title: "Environment files",
    summary: "Whether env files can be read, keep to themselves, and hold real secrets",
    load: async () => (await import("./env-files.ts")).envFiles,
  },
  gpu: {
    title: "GPU",
    summary: "Whether the NVIDIA driver shows a GPU, inside of containers or on this machine",
    load: async () => (await import("./gpu.ts")).gpu,
  },
  "http-endpoint": {
    title: "HTTP endpoint",
    summary: "Whether an address answers as it should: status, headers, body, and in time",
    load: async () => (await import("./http-endpoint.ts")).httpEndpoint,
  },
  "image-platform": {
    title: "Images",
    summary: "Whether images are here, for this kind of machine, and with the content they should have",
    load: async () => (await import("./image-platform.ts")).imagePlatform,
  },
  "json-answer": {
    title: "Answer",
    summary: "Whether a request with a JSON body or a file, such as an inference, gets the known answer",
    load: async () => (await import("./json-answer.ts")).jsonAnswer,
  },
  memory: {
    title: "Memory",
    summary: "Whether there is memory for a second environment beside the one that serves",
    load: async () => (await import("./memory.ts")).memory,
  },
  "metrics-table": {
    title: "Metrics",
    summary: "Whether a table of Prometheus metrics meets its targets and raises no alert",
    load: async () => (await import("./metrics-table.ts")).metricsTable,
  },
  "model-weights": {
    title: "Model weights",
    summary: "Whether a model's files are there and readable, of the right size and content",
    load: async () => (await import("./model-weights.ts")).modelWeights,
  },
  "pending-migrations": {
    title: "Migrations",
    summary: "Which migrations are pending, and which of them destroy data or shut the way back",
    load: async () => (await import("./pending-migrations.ts")).pendingMigrations,
  },
  "ports-free": {
    title: "Ports",
    summary: "Whether ports are free, or held by the Compose project that will publish them",
    load: async () => (await import("./ports-free.ts")).portsFree,
  },
  "postgres-read-write": {
    title: "PostgreSQL read and write",
    summary: "Whether what is written to a database can be read, and the tables of the release too",
    load: async () => (await import("./postgres-read-write.ts")).postgresReadWrite,
  },
  "postgres-ready": {
    title: "PostgreSQL",
    summary: "Whether a database lets us in, takes writes, and has room for a second environment",
    load: async () => (await import("./postgres-ready.ts")).postgresReady,
  },
  "processor-load": {
    title: "Processors",
    summary: "Whether the processors have had time left in the last minute, for what is to be started",
    load: async () => (await import("./processor-load.ts")).processorLoad,
  },
  "prometheus-query": {
    title: "Metric",
    summary: "Whether every series of a Prometheus query meets its target and raises no alert",
    load: async () => (await import("./prometheus-query.ts")).prometheusQuery,
  },
  "proxy-config": {
    title: "Proxy configuration",
    summary: "Whether nginx takes its configuration, has read it, and tests for the marker",
    load: async () => (await import("./proxy-config.ts")).proxyConfig,
  },
  "proxy-reach": {
    title: "Proxy's reach",
    summary: "Whether the proxy is in a network with every service it leads to, and told their addresses",
    load: async () => (await import("./proxy-reach.ts")).proxyReach,
  },
  "proxy-routes": {
    title: "Routes",
    summary: "Whether the front door leads each path to its service in the right environment",
    load: async () => (await import("./proxy-routes.ts")).proxyRoutes,
  },
  "python-requirements": {
    title: "Python requirements",
    summary: "Whether requirements files keep to version limits, and name no forbidden package",
    load: async () => (await import("./python-requirements.ts")).pythonRequirements,
  },
  "redis-read-write": {
    title: "Redis SET, GET, DEL",
    summary: "Whether Redis keeps a key of our own, gives it back, and deletes it",
    load: async () => (await import("./redis-read-write.ts")).redisReadWrite,
  },
  "redis-ready": {
    title: "Redis",
    summary: "Whether Redis lets us in, has loaded its data, can save it, and has room left",
    load: async () => (await import("./redis-ready.ts")).redisReady,
  },
  "release-answers": {
    title: "Release",
    summary: "Whether it is this very release that answers, each time it is asked and on every replica",
    load: async () => (await import("./release-answers.ts")).releaseAnswers,
  },
  "release-image": {
    title: "Release of the image",
    summary: "Whether the label of each container's image names this very release",
    load: async () => (await import("./release-image.ts")).releaseImage,
  },
  "tls-certificate": {
    title: "TLS certificate",
    summary: "Whether clients accept a certificate, of a server or a file: name, chain, dates",
    load: async () => (await import("./tls-certificate.ts")).tlsCertificate,
  },
  "upload-folders": {
    title: "Upload folders",
    summary: "Whether the folders for uploads are there, and the containers' user may write to them",
    load: async () => (await import("./upload-folders.ts")).uploadFolders,
  },
  "upload-roundtrip": {
    title: "Upload",
    summary: "Whether an uploaded file comes back byte for byte, and can be removed",
    load: async () => (await import("./upload-roundtrip.ts")).uploadRoundtrip,
  },
  websocket: {
    title: "WebSocket",
    summary: "Whether a WebSocket opens, sends an echo, and outlives a silence",
    load: async () => (await import("./websocket.ts")).websocket,
  },
};
