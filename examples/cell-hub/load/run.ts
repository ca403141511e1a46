#!/usr/bin/env -S bun --no-env-file --no-install
import { parseArgs } from "node:util";
import { startLoad } from "./index.ts";

/** The load as a process of its own, whose clock nobody else's work holds up: prints the report on stdout at the end. */
const { values } = parseArgs({
  options: {
    "front-door": { type: "string", default: "http://127.0.0.1:8080" },
    connections: { type: "string", default: "20" },
    sockets: { type: "string", default: "10" },
    uploads: { type: "string", default: "4" },
    rate: { type: "string" },
    seconds: { type: "string", default: "10" },
  },
});

const load = startLoad({
  frontDoor: values["front-door"],
  connections: Number(values.connections),
  sockets: Number(values.sockets),
  uploads: Number(values.uploads),
  ...(values.rate && { ratePerConnection: Number(values.rate) }),
  maximumMs: Number(values.seconds) * 1000,
});
process.once("SIGTERM", () => void load.stop());
process.once("SIGINT", () => void load.stop());
process.stdout.write(`${JSON.stringify(await load.ended, null, 2)}\n`);
