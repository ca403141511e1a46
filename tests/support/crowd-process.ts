import { type LoadOptions, startLoad } from "../../examples/cell-hub/load/index.ts";

/** The users of the front door in a process of their own, which tell what they have seen whenever they are asked. */
const options: LoadOptions = JSON.parse(process.argv[2] ?? "{}");
const load = startLoad(options);
process.on("message", (message) => {
  if (message === "leave") void load.stop().then((report) => process.send?.(report));
  else process.send?.(load.snapshot());
});
// A test run that dies takes its users with it.
process.on("disconnect", () => process.exit());
