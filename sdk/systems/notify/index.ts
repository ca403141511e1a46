export type { Announcement, NotifyEvent } from "./announcement.ts";
export { type Channel, channelsFor } from "./channels.ts";
export { type Told, tell } from "./tell.ts";
