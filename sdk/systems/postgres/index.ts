export { type Access, isPrivate, type Tls } from "./access.ts";
export { type ConnectOptions, connect, identifier, literal, type Session } from "./connection.ts";
