// Made by `bun docs/generate.ts` from the files beside it; a new check appears here by itself.

export { backupFreshness } from "./backup-freshness.ts";
export { clockSkew } from "./clock-skew.ts";
export { composeFiles } from "./compose-files.ts";
export { containerCommand } from "./container-command.ts";
export { containerLogs } from "./container-logs.ts";
export { containerResources } from "./container-resources.ts";
export { containersHealthy } from "./containers-healthy.ts";
export { diskSpace } from "./disk-space.ts";
export { dns } from "./dns.ts";
export { dockerDaemon } from "./docker-daemon.ts";
export { envFiles } from "./env-files.ts";
export { gpu } from "./gpu.ts";
export { httpEndpoint } from "./http-endpoint.ts";
export { imagePlatform } from "./image-platform.ts";
export { memory } from "./memory.ts";
export { modelWeights } from "./model-weights.ts";
export { pendingMigrations } from "./pending-migrations.ts";
export { portsFree } from "./ports-free.ts";
export { postgresReady } from "./postgres-ready.ts";
export { proxyConfig } from "./proxy-config.ts";
export { pythonRequirements } from "./python-requirements.ts";
export { redisReady } from "./redis-ready.ts";
export { releaseAnswers } from "./release-answers.ts";
export { tlsCertificate } from "./tls-certificate.ts";
export { uploadFolders } from "./upload-folders.ts";
