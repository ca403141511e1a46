import { chmod, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import type { Choices, Color } from "./options.ts";

export interface EnvFiles {
  readonly shared: string;
  readonly blue: string;
  readonly green: string;
}

const secretNames = ["DB_PASSWORD", "REDIS_PASSWORD", "JWT_ACCESS_SECRET", "JWT_REFRESH_SECRET"] as const;
type Secrets = Record<(typeof secretNames)[number], string>;
const lastNumber = { frontend: 1, backend: 2, ml: 3 } as const;

/** Writes the env files that do not exist yet. What they share, above all the secrets, comes from those that do. */
export async function writeEnvFiles(choices: Choices): Promise<EnvFiles> {
  await mkdir(choices.directory, { recursive: true });
  const files: EnvFiles = {
    shared: join(choices.directory, ".env.shared"),
    blue: join(choices.directory, ".env.blue"),
    green: join(choices.directory, ".env.green"),
  };
  const secrets = await findSecrets(Object.values(files));
  await writeNew(files.shared, sharedVariables(choices, secrets));
  await writeNew(files.blue, environmentVariables(choices, "blue", secrets));
  await writeNew(files.green, environmentVariables(choices, "green", secrets));
  return files;
}

/** The variables of an env file; none when there is no such file. */
export async function readEnvFile(path: string): Promise<Record<string, string | undefined>> {
  const file = Bun.file(path);
  return (await file.exists()) ? parseEnv(await file.text()) : {};
}

/** Both environments get the same secrets: they share a database, and a session must outlive the switch. */
async function findSecrets(files: readonly string[]): Promise<Secrets> {
  const existing = await Promise.all(files.map(readEnvFile));
  const find = (name: string) => existing.map((variables) => variables[name]).find(Boolean) ?? randomSecret();
  return {
    DB_PASSWORD: find("DB_PASSWORD"),
    REDIS_PASSWORD: find("REDIS_PASSWORD"),
    JWT_ACCESS_SECRET: find("JWT_ACCESS_SECRET"),
    JWT_REFRESH_SECRET: find("JWT_REFRESH_SECRET"),
  };
}

function randomSecret(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
}

function commonVariables(choices: Choices): Record<string, string> {
  return {
    CELL_HUB_NAME: choices.name,
    CELL_HUB_NETWORK: choices.network,
    CELL_HUB_SUBNET: choices.subnet,
    CELL_HUB_DATA: choices.data,
  };
}

function sharedVariables(choices: Choices, secrets: Secrets): Record<string, string> {
  return {
    COMPOSE_PROJECT_NAME: `${choices.name}-shared`,
    ...commonVariables(choices),
    CELL_HUB_SWITCH: choices.switchDirectory,
    CELL_HUB_FRONT_PORT: String(choices.frontPort),
    DB_PASSWORD: secrets.DB_PASSWORD,
    REDIS_PASSWORD: secrets.REDIS_PASSWORD,
  };
}

function environmentVariables(choices: Choices, color: Color, secrets: Secrets): Record<string, string> {
  const ports = choices.ports[color];
  const address = (service: keyof typeof lastNumber) =>
    `${choices.subnet}.${color === "blue" ? 1 : 2}${lastNumber[service]}`;
  return {
    COMPOSE_PROJECT_NAME: `${choices.name}-${color}`,
    SWITCHOVER_ENVIRONMENT: color,
    ...commonVariables(choices),
    FRONTEND_PORT: String(ports.frontend),
    BACKEND_PORT: String(ports.backend),
    ML_PORT: String(ports.ml),
    FRONTEND_ADDRESS: address("frontend"),
    BACKEND_ADDRESS: address("backend"),
    ML_ADDRESS: address("ml"),
    ...secrets,
  };
}

/** Creates a file that only its owner can read; one that exists is left as it is. */
async function writeNew(path: string, variables: Record<string, string>): Promise<void> {
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  try {
    const file = await open(path, "wx", 0o600);
    await file.writeFile(lines.join(""));
    await file.close();
    await chmod(path, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
