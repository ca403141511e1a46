export { connectRedis, type RedisServer, type RedisSession } from "./connection.ts";
export { RedisError, type Reply } from "./reply.ts";
