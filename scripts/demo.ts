#!/usr/bin/env -S bun --no-env-file --no-install
import { Command, runScript } from "../sdk/core/cli/index.ts";

runScript({
  name: "demo",
  summary: "Deploy the example for real, under load, and take it back",
  examples: [
    "npm run demo            # set up what is missing, then watch",
    "npm run demo -- --down  # remove it all",
  ],
  // The demo is about the example alone: what another configuration names is not its to remove.
  config: false,
  command: new Command().option("--down", "remove everything that the demo made"),
  run: async (flags, io) => {
    const { configFlags, demoConfiguration, rowsOf, takeDown, tellStory } = await import(
      "../examples/cell-hub/demo/index.ts"
    );
    const configuration = await demoConfiguration(flags.config);
    if (flags.down) {
      await takeDown(configuration, io.say);
      return {};
    }
    const { setUp } = await import("../sdk/jobs/setup/index.ts");
    const { durationMs } = await setUp("demo", { say: io.say, signal: io.signal });
    io.say(`set up, ${(durationMs / 1_000).toFixed(1)} s`);
    const story = await tellStory(configFlags(configuration), io.say, new Date(), io.signal);
    const { load, frontDoor } = story;
    const status = ["./scripts/status.ts", ...configFlags(configuration)].join(" ");
    const unharmed =
      load.socketErrors + load.non2xx + load.uploads.lost + load.sockets.unexpectedCloses === 0;
    return {
      exitCode: unharmed ? 0 : 1,
      result: story,
      print: () => {
        io.table(rowsOf(story));
        io.print(
          `\nThe stack stays up. Look at ${frontDoor}, ask ${status}, remove it with npm run demo -- --down`,
        );
      },
    };
  },
});
