#!/usr/bin/env -S bun --no-env-file --no-install
import { catalogue } from "../checks/catalogue.ts";
import type { CatalogueEntry } from "../checks/define.ts";
import {
  Argument,
  Command,
  failOnOption,
  formatOption,
  Option,
  runScript,
  watchOption,
} from "../sdk/core/cli/index.ts";

const [name = ""] = process.argv.slice(2);
const entry = Object.hasOwn(catalogue, name) ? catalogue[name] : undefined;
if (entry === undefined) listChecks();
else await makeCheck(name, entry);

async function makeCheck(id: string, { load }: CatalogueEntry): Promise<void> {
  const [check, { addFlags, flagsOf, readFlags, runOn, watchOn }] = await Promise.all([
    load(),
    import("../sdk/jobs/check/index.ts"),
  ]);
  const flags = flagsOf(check.options);
  const group = "How it is made:";
  const command = new Command()
    .addOption(watchOption("5s").conflicts(["format", "failOn"]).helpGroup(group))
    .addOption(new Option("--deadline <time>", "how long the look may take").helpGroup(group))
    .addOption(formatOption().helpGroup(group))
    .addOption(failOnOption().helpGroup(group));
  addFlags(command, flags);
  runScript({
    name: "check",
    subcommand: id,
    summary: check.summary,
    examples: [`./scripts/check.ts ${id} ${check.example}`.trimEnd()],
    config: false,
    changes: false,
    command,
    run: async (given, io) => {
      const { watch, deadline, format, failOn = "fail", json } = given;
      const look = check.with(readFlags(flags, { ...given }, `./scripts/check.ts ${id} --help`), {
        deadline,
      });
      if (watch === undefined) return runOn(io, [look], { command: `check ${id}`, failOn, format, json });
      await watchOn(io, look, watch);
      return {};
    },
  });
}

function listChecks(): void {
  const ids = Object.keys(catalogue);
  const width = Math.max(...ids.map((id) => id.length));
  const rows = Object.entries(catalogue).map(([check, { summary }]) => ({ check, summary }));
  const lines = rows.map(({ check, summary }) => `  ${check.padEnd(width)}  ${summary}`);
  runScript({
    name: "check",
    summary: "Make one check, by its name",
    examples: [
      "./scripts/check.ts list                                   # what there is",
      "./scripts/check.ts disk-space --help                      # the flags of one check",
      "./scripts/check.ts disk-space --path / --minimum 10GB     # make it",
      "./scripts/check.ts memory --minimum 4GB --watch 5s        # again and again, until Ctrl-C",
    ],
    config: false,
    changes: false,
    command: new Command()
      .addArgument(new Argument("<check>", 'the check, or "list"'))
      .usage("<check> [its own options]")
      .addHelpText("after", `\nChecks:\n${lines.join("\n")}`)
      .allowUnknownOption()
      .allowExcessArguments(),
    run: async (_flags, io, wanted) => {
      if (wanted === "list") return { result: rows, print: () => io.table(rows) };
      const [{ nearest }, { Failure }] = await Promise.all([
        import("../sdk/core/text/index.ts"),
        import("../sdk/core/errors/index.ts"),
      ]);
      const suggestion = nearest(wanted, [...ids, "list"]);
      throw new Failure("USAGE", {
        message: `there is no check ${JSON.stringify(wanted)}`,
        remedy: `${suggestion === undefined ? "" : `did you mean ${suggestion}? `}see ./scripts/check.ts list`,
        details: suggestion === undefined ? {} : { suggestion },
      });
    },
  });
}
