/** Where a key of the old file goes: a place in the configuration, or nowhere, for a reason. */
export type ShellKey = { key: string } & ({ place: string } | { reason: string });

const inCompose = "the Compose files say it, and Compose reads them";
const ofApplication = "it is the application's own affair, not its deployment's";
const oneProxy = "one proxy serves both environments, at platform.proxy.frontDoor";
const byEvents = "health is awaited by Docker's events, up to deadlines.stage, not by counting tries";
const noUpstreams = "the proxy's own configuration names both upstreams; a switch rewrites nothing";
const allChecks = "every check that the configuration gives a reason for is run";
const noBalancer = "what stands before the proxy is configured there";
const undone = "a step that fails is always undone, and those before it";

/**
 * Every key of an old `deployment.config`. `{COLOR}` stands for BLUE or GREEN, `{NAME}` for a name of the team's own; the
 * first row that fits a key counts.
 */
export const shellKeys: readonly ShellKey[] = [
  { key: "{COLOR}_PORTS_START", reason: "each service names its two ports itself, in services[].ports" },
  { key: "LOCAL_PORTS_START", reason: "development is not deployed" },
  { key: "{COLOR}_MAILHOG_WEB", reason: "a mail catcher is no part of a release" },
  { key: "{COLOR}_MAILHOG_SMTP", reason: "a mail catcher is no part of a release" },
  { key: "{COLOR}_NGINX_HTTP", reason: oneProxy },
  { key: "{COLOR}_NGINX_HTTPS", reason: oneProxy },
  { key: "{COLOR}_{NAME}_PORT", place: "services[].ports" },
  { key: "DB_USER", place: "database.user" },
  { key: "{COLOR}_DB_NAME", place: "database.name" },
  { key: "DB_PASSWORD_ENV_VAR", place: "database.passwordVariable" },
  { key: "UPLOAD_BASE_DIR", place: "uploads" },
  { key: "{COLOR}_UPLOAD_DIR", place: "uploads" },
  { key: "UPLOAD_SUBDIRS", place: "uploads.subdirectories" },
  { key: "DOCKER_UID", place: "permissions.uid" },
  { key: "DOCKER_GID", place: "permissions.gid" },
  { key: "{COLOR}_COMPOSE_FILE", place: "platform.environments" },
  { key: "NGINX_COMPOSE_FILE", place: "platform.shared.files" },
  { key: "NGINX_PROD_CONFIG", place: "platform.proxy.configFiles" },
  {
    key: "NGINX_{COLOR}_CONFIG",
    reason: "one configuration holds both environments, and the switch between them",
  },
  { key: "SSL_CERT_DIR", place: "tls" },
  { key: "SSL_CERT_FILE", place: "tls.certificate" },
  { key: "SSL_KEY_FILE", place: "tls.key" },
  { key: "ENABLE_SSL", place: "tls" },
  { key: "HEALTH_CHECK_TIMEOUT", place: "services[].health.timeout" },
  { key: "HEALTH_CHECK_RETRIES", reason: byEvents },
  { key: "HEALTH_CHECK_INTERVAL", reason: byEvents },
  { key: "SERVICE_START_TIMEOUT", place: "deadlines.stage" },
  { key: "DB_MIGRATION_TIMEOUT", place: "deadlines.migrate" },
  { key: "BACKUP_TIMEOUT", place: "deadlines.backup" },
  {
    key: "ROLLBACK_TIMEOUT",
    reason:
      "a rollback is a switch, within deadlines.switch, after a start where that is needed, within deadlines.stage",
  },
  { key: "BACKUP_DIR", place: "backups.directory" },
  { key: "BACKUP_RETENTION_DAYS", place: "backups.keepDays" },
  { key: "MAX_BACKUPS_KEEP", place: "backups.keepCount" },
  { key: "PRODUCTION_DOMAIN", place: "domain" },
  { key: "PRODUCTION_URL", place: "platform.proxy.frontDoor" },
  { key: "SMTP_HOST", place: "notify.email.host" },
  { key: "SMTP_PORT", place: "notify.email.port" },
  { key: "FROM_EMAIL", place: "notify.email.from" },
  { key: "ADMIN_EMAIL", place: "notify.email.to" },
  { key: "SLACK_WEBHOOK_URL", place: "notify.slack.webhookVariable" },
  { key: "{COLOR}_SERVICES", place: "services" },
  { key: "{COLOR}_NETWORK", reason: inCompose },
  { key: "{COLOR}_{NAME}_VOLUME", reason: inCompose },
  { key: "{COLOR}_ENV_FILE", place: "platform.environments" },
  { key: "REQUIRED_ENV_VARS", place: "requiredVariables" },
  { key: "ML_WEIGHTS_DIR", place: "weights.directory" },
  { key: "REQUIRED_ML_FILES", place: "weights.files" },
  { key: "VALIDATION_CHECKS", reason: allChecks },
  { key: "VERIFICATION_TESTS", reason: allChecks },
  { key: "MIN_DISK_SPACE_GB", place: "resources.disk" },
  { key: "MIN_MEMORY_MB", place: "resources.memory" },
  { key: "MAX_CPU_USAGE_PERCENT", place: "resources.cpuPercent" },
  { key: "LOG_DIR", reason: "logs are in logs/ beside config/, wherever a script is started from" },
  { key: "LOG_RETENTION_DAYS", place: "logging.keepDays" },
  { key: "VERBOSE_LOGGING", reason: "it is the flag --verbose; the log file always has everything" },
  { key: "ENABLE_GPU_SUPPORT", reason: inCompose },
  { key: "ENABLE_EMAIL_SERVICE", reason: ofApplication },
  { key: "ENABLE_MONITORING", reason: ofApplication },
  { key: "ENABLE_METRICS", reason: ofApplication },
  { key: "ENABLE_RATE_LIMITING", reason: "the proxy's own configuration says it" },
  { key: "MAX_UPLOAD_SIZE", reason: "the proxy's own configuration says it" },
  { key: "SESSION_TIMEOUT", reason: ofApplication },
  { key: "PROMETHEUS_PORT", reason: ofApplication },
  { key: "GRAFANA_PORT", reason: ofApplication },
  { key: "SKIP_BACKUP_ON_ROLLBACK", reason: "a rollback waits for no backup" },
  { key: "DRY_RUN", reason: "it is the flag --dry-run" },
  { key: "SKIP_HEALTH_CHECKS", reason: "health is never skipped; --force goes on in spite of failed checks" },
  { key: "SKIP_BACKUPS", reason: "it is the flag --skip-backup" },
  { key: "NGINX_{NAME}_UPSTREAM_{COLOR}", reason: noUpstreams },
  { key: "AUTO_MIGRATE", reason: "migrations are applied where database.migrations says how" },
  { key: "BACKUP_BEFORE_MIGRATE", reason: "the backup always comes before the migration" },
  { key: "ROLLBACK_ON_MIGRATION_FAILURE", reason: undone },
  { key: "{NAME}_MEMORY_LIMIT", reason: inCompose },
  { key: "CRITICAL_ERROR_KEYWORDS", place: "containerLogs.errorWords" },
  {
    key: "SUCCESS_INDICATORS",
    reason: "health and the release's own answer prove success, no line of a log does",
  },
  { key: "DEPLOYMENT_STRATEGY", reason: "it is always blue-green" },
  { key: "CANARY_PERCENTAGE", reason: "a switch on one host moves all traffic at once" },
  { key: "ROLLBACK_STRATEGY", reason: undone },
  { key: "LB_HEALTH_CHECK_PATH", reason: noBalancer },
  { key: "LB_HEALTH_CHECK_INTERVAL", reason: noBalancer },
  { key: "LB_HEALTH_CHECK_TIMEOUT", reason: noBalancer },
];

/** The row that a key of a file belongs to; undefined for a key that nobody knows. */
export function shellKeyOf(name: string): ShellKey | undefined {
  return shellKeys.find(({ key }) => patternOf(key).test(name));
}

function patternOf(key: string): RegExp {
  return new RegExp(
    `^${key.replaceAll("{COLOR}", "(?:BLUE|GREEN)").replaceAll("{NAME}", "[A-Z][A-Z0-9_]*?")}$`,
  );
}
