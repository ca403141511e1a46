#!/usr/bin/env -S bun --no-env-file --no-install
import { azureLoaded } from "./startup/azure-loaded.ts";
import { helpTimes } from "./startup/help-times.ts";
import { sampleRow } from "./support/measured.ts";
import { median } from "./support/median.ts";
import { runBench } from "./support/run-bench.ts";

await runBench({
  name: "startup",
  summary:
    "How long --help of each script takes beside a bare Bun, and whether a Docker host loads Azure's packages",
  rounds: 15,
  measure: async ({ rounds, signal, say }) => {
    say(`asking each script for --help, ${rounds} times in turn`);
    const { bare, scripts } = await helpTimes(rounds, signal);
    say("listing the modules that a deployment loads");
    const azure = await azureLoaded(signal);
    const bareBunMs = median(bare);
    const helpMs = Object.fromEntries(Object.entries(scripts).map(([name, times]) => [name, median(times)]));
    const slowest = Math.max(...Object.values(helpMs));
    return {
      figures: {
        bareBunMs,
        helpMs,
        modulesOfHelp: azure.help.modules,
        azureModulesOfHelp: azure.help.azure,
        modulesOfDryRun: azure.dryRun.modules,
        azureModulesOfDryRun: azure.dryRun.azure,
        azureModulesOfControl: azure.control.azure,
      },
      ratios: { helpVsBareBun: slowest / bareBunMs },
      tables: [
        {
          title: "time to the end",
          rows: [
            sampleRow("bun -e 1", bare, "ms"),
            ...Object.entries(scripts).map(([name, times]) => ({
              ...sampleRow(`${name} --help`, times, "ms"),
              "to bare": (median(times) / bareBunMs).toFixed(2),
            })),
          ],
        },
        {
          title: "modules loaded",
          rows: [
            { what: "deploy-production --help", ...azure.help },
            { what: "deploy-production --dry-run on a Docker host", ...azure.dryRun },
            { what: "control: one lazy import of an Azure package", ...azure.control },
          ],
        },
      ],
      limits: [
        { key: "helpVsBareBun", atMost: 5 },
        { key: "azureModulesOfHelp", atMost: 0 },
        { key: "azureModulesOfDryRun", atMost: 0 },
        { key: "azureModulesOfControl", atLeast: 1 },
      ],
    };
  },
});
