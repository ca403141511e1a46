import { apply, type Task } from "./apply.ts";

declare const self: Worker;

self.onmessage = ({ data }: MessageEvent<Task>) => {
  postMessage(apply(data));
};
