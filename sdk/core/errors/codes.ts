/** The exit codes of every script. */
export const exitCodes = {
  done: 0,
  failedAndPutBack: 1,
  usage: 2,
  lockHeld: 3,
  personNeeded: 4,
  doneInPart: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Every stable error code, and the exit code that it ends a script with. */
export const errorCodes = {
  // What the operator typed or configured.
  USAGE: exitCodes.usage,
  CONFIG_NOT_FOUND: exitCodes.usage,
  CONFIG_INVALID: exitCodes.usage,
  CONFIRMATION_NEEDED: exitCodes.usage,
  COMPOSE_FILE_MISSING: exitCodes.usage,
  COMPOSE_FILE_INVALID: exitCodes.usage,
  SERVICE_UNKNOWN: exitCodes.usage,
  ENV_FILE_UNREADABLE: exitCodes.usage,
  RELEASE_ID_INVALID: exitCodes.usage,
  RELEASE_ID_TAKEN: exitCodes.usage,
  RELEASE_UNKNOWN: exitCodes.usage,
  DATABASE_MODE_UNAVAILABLE: exitCodes.usage,
  NOTHING_TO_RESUME: exitCodes.usage,
  DATABASE_TLS_NEEDED: exitCodes.usage,
  BACKUP_UNKNOWN: exitCodes.usage,
  NOTHING_TO_BACK_UP: exitCodes.usage,
  NOTHING_TO_RESTORE: exitCodes.usage,
  NOTHING_KEPT: exitCodes.usage,
  IDENTITY_NEEDED: exitCodes.usage,
  TARGET_UNUSABLE: exitCodes.usage,
  IDENTITY_UNREADABLE: exitCodes.usage,
  REMOTE_NOT_CONFIGURED: exitCodes.usage,
  REMOTE_CREDENTIAL_UNUSABLE: exitCodes.usage,
  PERMISSIONS_POLICY: exitCodes.usage,
  RUN_UNKNOWN: exitCodes.usage,

  SCHEDULE_EMPTY: exitCodes.usage,
  SCHEDULE_TWICE: exitCodes.usage,
  SCHEDULE_IMPOSSIBLE: exitCodes.usage,

  // Another run is at work.
  LOCK_HELD: exitCodes.lockHeld,

  // The machine is not as it must be, and nothing was changed.
  PRE_CHECK_FAILED: exitCodes.personNeeded,
  TOOL_MISSING: exitCodes.personNeeded,
  DOCKER_DOWN: exitCodes.personNeeded,
  DOCKER_DENIED: exitCodes.personNeeded,
  PROXY_DOWN: exitCodes.personNeeded,
  PROXY_DISAGREES: exitCodes.personNeeded,
  NO_ROLLBACK_TARGET: exitCodes.personNeeded,
  ROLLBACK_CROSSES_MIGRATION: exitCodes.personNeeded,
  LOCK_NOT_TAKEN: exitCodes.personNeeded,
  STATE_UNREADABLE: exitCodes.personNeeded,
  ROOT_NEEDED: exitCodes.personNeeded,
  SCHEDULER_MISSING: exitCodes.personNeeded,
  CRONTAB_DAMAGED: exitCodes.personNeeded,
  DATABASE_IN_USE: exitCodes.personNeeded,
  RECORD_DAMAGED: exitCodes.personNeeded,
  ROLES_MISSING: exitCodes.personNeeded,

  // A step failed; what it changed is put back.
  COMMAND_FAILED: exitCodes.failedAndPutBack,
  DEADLINE_EXCEEDED: exitCodes.failedAndPutBack,
  BUILD_FAILED: exitCodes.failedAndPutBack,
  IMAGE_MISSING: exitCodes.failedAndPutBack,
  CONTAINER_MISSING: exitCodes.failedAndPutBack,
  METRICS_UNAVAILABLE: exitCodes.failedAndPutBack,
  TOKEN_UNREADABLE: exitCodes.failedAndPutBack,
  SERVICE_UNHEALTHY: exitCodes.failedAndPutBack,
  SERVICE_CRASHED: exitCodes.failedAndPutBack,
  SHARED_NOT_STARTED: exitCodes.failedAndPutBack,
  MIGRATION_FAILED: exitCodes.failedAndPutBack,
  VERIFY_FAILED: exitCodes.failedAndPutBack,
  WRONG_RELEASE_ANSWERED: exitCodes.failedAndPutBack,
  SWITCH_NOT_PROVEN: exitCodes.failedAndPutBack,
  WATCH_FAILED: exitCodes.failedAndPutBack,
  DECRYPTION_FAILED: exitCodes.failedAndPutBack,
  JOURNAL_NOT_WRITTEN: exitCodes.failedAndPutBack,
  STATE_NOT_WRITTEN: exitCodes.failedAndPutBack,
  SCHEDULE_NOT_WRITTEN: exitCodes.failedAndPutBack,
  MAINTENANCE_ALARM: exitCodes.failedAndPutBack,
  UNEXPECTED: exitCodes.failedAndPutBack,
  DATABASE_DAMAGED: exitCodes.failedAndPutBack,
  RESTORE_FAILED: exitCodes.failedAndPutBack,
  RESTORE_DIFFERS: exitCodes.failedAndPutBack,
  DATABASE_UNREADABLE: exitCodes.failedAndPutBack,

  // A database that cannot be asked, or a backup that did not come about: nothing was changed.
  DATABASE_UNREACHABLE: exitCodes.failedAndPutBack,
  DATABASE_DENIED: exitCodes.failedAndPutBack,
  DATABASE_UNKNOWN: exitCodes.failedAndPutBack,
  DATABASE_FORBIDDEN: exitCodes.failedAndPutBack,
  DATABASE_LOCKED: exitCodes.failedAndPutBack,
  DATABASE_TLS_FAILED: exitCodes.failedAndPutBack,
  DATABASE_QUERY_FAILED: exitCodes.failedAndPutBack,
  BACKUP_FAILED: exitCodes.failedAndPutBack,
  BACKUP_DAMAGED: exitCodes.failedAndPutBack,
  NO_SPACE: exitCodes.failedAndPutBack,

  // The place away from this host where copies of backups lie: nothing on this host was changed.
  REMOTE_UNREACHABLE: exitCodes.failedAndPutBack,
  REMOTE_DENIED: exitCodes.failedAndPutBack,
  REMOTE_CONTAINER_MISSING: exitCodes.failedAndPutBack,
  REMOTE_CONFLICT: exitCodes.failedAndPutBack,
  REMOTE_DAMAGED: exitCodes.failedAndPutBack,
  REMOTE_FAILED: exitCodes.failedAndPutBack,

  // What an earlier run left cannot be brought to an end by a program.
  UNFINISHED_DEPLOYMENT: exitCodes.personNeeded,

  // What was changed could not be put back.
  UNDO_FAILED: exitCodes.personNeeded,
  CLEANUP_TIMED_OUT: exitCodes.personNeeded,

  // Nobody was told of a run; that fails no run, so the codes are read in logs only.
  NOTIFY_UNUSABLE: exitCodes.usage,
  NOTIFY_FAILED: exitCodes.doneInPart,

  // The release serves; what came after it did not all succeed.
  RETIRE_FAILED: exitCodes.doneInPart,

  // The backup is good; what came after it did not all succeed.
  PRUNE_FAILED: exitCodes.doneInPart,
  UPLOAD_FAILED: exitCodes.doneInPart,
  // Owners and modes were put right as far as it went; nothing of it needs to be put back.
  PERMISSIONS_INCOMPLETE: exitCodes.doneInPart,

  INTERRUPTED: exitCodes.interrupted,
} as const satisfies Record<string, ExitCode>;

export type ErrorCode = keyof typeof errorCodes;
