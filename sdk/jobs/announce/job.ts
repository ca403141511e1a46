import type { NotifyValues } from "../../core/config/index.ts";

/** What messages and pings are sent for. */
export type Job = keyof NotifyValues["on"];
