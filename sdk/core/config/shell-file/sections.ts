import { join } from "node:path";
import type { ConfigurationInput } from "../schema.ts";
import { type ShellValues, seconds, section } from "./values.ts";

type Section<Key extends keyof ConfigurationInput> = NonNullable<ConfigurationInput[Key]> | undefined;

export function uploadsOf(values: ShellValues): Section<"uploads"> {
  const base = values.folder("UPLOAD_BASE_DIR");
  const blue = values.folder("BLUE_UPLOAD_DIR") ?? base;
  const green = values.folder("GREEN_UPLOAD_DIR") ?? base;
  if (blue === undefined && green === undefined) return undefined;
  if (blue === undefined) throw values.fault("GREEN_UPLOAD_DIR", "BLUE_UPLOAD_DIR is missing beside it");
  if (green === undefined) throw values.fault("BLUE_UPLOAD_DIR", "GREEN_UPLOAD_DIR is missing beside it");
  return { blue, green, subdirectories: values.words("UPLOAD_SUBDIRS") ?? [] };
}

export function weightsOf(values: ShellValues): Section<"weights"> {
  const directory = values.folder("ML_WEIGHTS_DIR");
  return directory === undefined ? undefined : { directory, files: values.words("REQUIRED_ML_FILES") ?? [] };
}

export function tlsOf(values: ShellValues): Section<"tls"> {
  const folder = values.folder("SSL_CERT_DIR") ?? "";
  const [certificate, key] = [values.folder("SSL_CERT_FILE"), values.folder("SSL_KEY_FILE")];
  if (values.flag("ENABLE_SSL") === false || certificate === undefined || key === undefined) return undefined;
  return { certificate: inside(folder, certificate), key: inside(folder, key) };
}

function inside(folder: string, file: string): string {
  return file.startsWith("/") ? file : join(folder, file);
}

export function notifyOf(values: ShellValues): Section<"notify"> {
  const to = values.text("ADMIN_EMAIL")?.split(/[\s,]+/);
  const email = to && {
    to,
    from: values.text("FROM_EMAIL") ?? to[0] ?? "",
    ...section({ host: values.text("SMTP_HOST"), port: values.count("SMTP_PORT") }),
  };
  // The address is a secret: it belongs into the environment, under the name that it already has.
  const slack =
    values.text("SLACK_WEBHOOK_URL") === undefined ? undefined : { webhookVariable: "SLACK_WEBHOOK_URL" };
  return section({ email, slack });
}

export function deadlinesOf(values: ShellValues): Section<"deadlines"> {
  return section({
    stage: seconds(values.count("SERVICE_START_TIMEOUT")),
    migrate: seconds(values.count("DB_MIGRATION_TIMEOUT")),
    backup: seconds(values.count("BACKUP_TIMEOUT")),
  });
}

export function backupsOf(values: ShellValues): Section<"backups"> {
  return section({
    directory: values.folder("BACKUP_DIR"),
    keepDays: values.count("BACKUP_RETENTION_DAYS"),
    keepCount: values.count("MAX_BACKUPS_KEEP"),
  });
}

export function resourcesOf(values: ShellValues): Section<"resources"> {
  const [disk, memory] = [values.count("MIN_DISK_SPACE_GB"), values.count("MIN_MEMORY_MB")];
  return section({
    disk: disk === undefined ? undefined : `${disk}GB`,
    memory: memory === undefined ? undefined : `${memory}MB`,
    cpuPercent: values.count("MAX_CPU_USAGE_PERCENT"),
  });
}

export function permissionsOf(values: ShellValues): Section<"permissions"> {
  return section({ uid: values.count("DOCKER_UID"), gid: values.count("DOCKER_GID") });
}

export function loggingOf(values: ShellValues): Section<"logging"> {
  return section({
    keepDays: values.count("LOG_RETENTION_DAYS"),
  });
}
