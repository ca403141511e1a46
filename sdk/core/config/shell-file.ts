import { readFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import { Failure, messageOf } from "../errors/index.ts";
import type { ConfigurationInput } from "./schema.ts";
import { databaseOf } from "./shell-file/database.ts";
import { shellKeyOf } from "./shell-file/keys.ts";
import { type Assignment, parseShellFile, ShellFileFault } from "./shell-file/parse.ts";
import {
  backupsOf,
  deadlinesOf,
  loggingOf,
  notifyOf,
  permissionsOf,
  resourcesOf,
  tlsOf,
  uploadsOf,
  weightsOf,
} from "./shell-file/sections.ts";
import { servicesOf } from "./shell-file/services.ts";
import { present, type ShellValues, valuesOf } from "./shell-file/values.ts";

type OwnEnvironment = { files: string[]; envFiles: string[] };

/**
 * What an old `deployment.config` says, in the places where the configuration wants it. Everything but the platform is
 * whole; of the platform, the types ask for what no old file knew: the names of the Compose projects, the proxy's service
 * and the marker's folder.
 */
export interface ShellFileSettings
  extends Pick<
    ConfigurationInput,
    | "services"
    | "database"
    | "deadlines"
    | "resources"
    | "permissions"
    | "uploads"
    | "weights"
    | "requiredVariables"
    | "backups"
    | "containerLogs"
    | "notify"
    | "domain"
    | "tls"
    | "logging"
  > {
  platform: {
    kind: "docker-host";
    environments: { blue: OwnEnvironment; green: OwnEnvironment };
    shared: { files: string[] };
    proxy: { frontDoor: string; configFiles: string[] };
  };
}

/**
 * Reads an old bash `deployment.config`, without running it, to be spread into `defineConfig`. docs/configuration.md
 * lists where each key goes. The path is absolute, or `new URL("./deployment.config", import.meta.url)`.
 *
 * @throws Failure CONFIG_NOT_FOUND, or CONFIG_INVALID naming the line and the key.
 */
export function fromShellFile(path: string | URL): ShellFileSettings {
  const file = path instanceof URL ? Bun.fileURLToPath(path) : path;
  if (!isAbsolute(file)) {
    throw new Failure("CONFIG_INVALID", {
      message: `the path ${file} depends on where a script is started`,
      remedy: `fromShellFile(new URL("./${file}", import.meta.url))`,
    });
  }
  const text = textOf(file);
  try {
    const assignments = parseShellFile(text);
    refuseUnknown(assignments);
    return settingsOf(valuesOf(assignments));
  } catch (thrown) {
    if (!(thrown instanceof ShellFileFault)) throw thrown;
    throw invalid(file, thrown);
  }
}

function settingsOf(values: ShellValues): ShellFileSettings {
  const services = servicesOf(values);
  if (services.length === 0) {
    throw values.fault(
      "BLUE_SERVICES",
      "no service of both environments is named, neither here nor by ports",
    );
  }
  const errorWords = values.words("CRITICAL_ERROR_KEYWORDS");
  return {
    services,
    platform: platformOf(values),
    ...present({
      database: databaseOf(values, services),
      deadlines: deadlinesOf(values),
      resources: resourcesOf(values),
      permissions: permissionsOf(values),
      uploads: uploadsOf(values),
      weights: weightsOf(values),
      requiredVariables: values.words("REQUIRED_ENV_VARS"),
      backups: backupsOf(values),
      containerLogs: errorWords && { errorWords },
      notify: notifyOf(values),
      domain: values.text("PRODUCTION_DOMAIN"),
      tls: tlsOf(values),
      logging: loggingOf(values),
    }),
  };
}

function platformOf(values: ShellValues): ShellFileSettings["platform"] {
  const environment = (color: "BLUE" | "GREEN"): OwnEnvironment => ({
    files: [values.folder(`${color}_COMPOSE_FILE`) ?? values.required(`${color}_COMPOSE_FILE`)],
    envFiles: listOf(values.folder(`${color}_ENV_FILE`)),
  });
  const frontDoor = values.text("PRODUCTION_URL") ?? `https://${values.required("PRODUCTION_DOMAIN")}`;
  return {
    kind: "docker-host",
    environments: { blue: environment("BLUE"), green: environment("GREEN") },
    shared: { files: listOf(values.folder("NGINX_COMPOSE_FILE")) },
    proxy: { frontDoor, configFiles: listOf(values.folder("NGINX_PROD_CONFIG")) },
  };
}

function listOf(value: string | undefined): string[] {
  return value === undefined ? [] : [value];
}

function refuseUnknown(assignments: ReadonlyMap<string, Assignment>): void {
  for (const [key, { line }] of assignments) {
    if (shellKeyOf(key) === undefined) throw new ShellFileFault(line, key, "it is no key that is known");
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new Failure("CONFIG_NOT_FOUND", {
      message: `the old configuration ${file} cannot be read`,
      why: messageOf(cause),
      remedy: "mend the path, or leave fromShellFile() out once all is moved over",
      cause,
    });
  }
}

function invalid(file: string, { line, key, message }: ShellFileFault): Failure {
  const place = [line === 0 ? "" : `line ${line}`, key ?? ""].filter(Boolean).join(", ");
  return new Failure("CONFIG_INVALID", {
    message: `${file}, ${place}: ${message}`,
    remedy:
      "write it as NAME=value, or take the line out; docs/configuration.md lists the keys that are known",
    details: { file, line, key },
  });
}
