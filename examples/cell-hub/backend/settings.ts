import { numeric, required } from "../runtime/env.ts";

/** Where PostgreSQL is, as the environment says. */
export function databaseSettings() {
  return {
    host: process.env["DB_HOST"] ?? "postgres",
    port: numeric("DB_PORT", 5432),
    database: process.env["DB_NAME"] ?? "cell_hub",
    user: process.env["DB_USER"] ?? "cell_hub",
    password: required("DB_PASSWORD"),
  };
}

/** Where Redis is. The password is escaped: a `/` in it must not end the authority of the address. */
export function redisUrl(): string {
  const password = encodeURIComponent(required("REDIS_PASSWORD"));
  const host = process.env["REDIS_HOST"] ?? "redis";
  return `redis://:${password}@${host}:${numeric("REDIS_PORT", 6379)}`;
}
