import { expect, test } from "bun:test";
import { join } from "node:path";
import { documentOf } from "../support/document.ts";
import { footprintOf } from "../support/footprint.ts";
import { refusalsAt, siteOfThisFile, type Wrong } from "../support/refusal.ts";
import { openStack } from "../support/stack.ts";
import { configurationText, type StackConfiguration, variantOf } from "../support/variant.ts";

const site = siteOfThisFile();
const refuses = refusalsAt(site);

const changed = (change: (configuration: StackConfiguration) => object): Wrong => ({
  flags: ["--config", variantOf(site.stack, change)],
});

const invalid = { exitCode: 2, code: "CONFIG_INVALID", fix: /mend/ } as const;

refuses("a key that does not exist", { ...invalid, says: /keepPrevius/ }, () =>
  changed((rest) => ({ ...rest, keepPrevius: true })),
);

refuses("a value of the wrong type", { ...invalid, says: /keepPrevious: .*boolean.*not "yes"/ }, () =>
  changed((rest) => ({ ...rest, keepPrevious: "yes" })),
);

refuses("a time in a unit that is none", { ...invalid, says: /watch\.duration: .*"10 parsecs"/ }, () =>
  changed((rest) => ({ ...rest, watch: { duration: "10 parsecs" } })),
);

refuses("two services of one name", { ...invalid, says: /services\.3\.name: .*ml/ }, () =>
  changed(({ services, ...rest }) => ({ ...rest, services: [...services, { name: "ml" }] })),
);

refuses("a configuration that throws", { ...invalid, says: /the vault is sealed/ }, () => ({
  flags: ["--config", configurationText(site.stack, 'throw new Error("the vault is sealed");\n')],
}));

refuses("a configuration that is not TypeScript", { ...invalid, says: /cannot be read/ }, () => ({
  flags: ["--config", configurationText(site.stack, "export default {\n")],
}));

refuses(
  "a configuration that is missing",
  { exitCode: 2, code: "CONFIG_NOT_FOUND", says: /nowhere\.config\.ts/, fix: /--config/ },
  () => ({ flags: ["--config", join(site.stack.directory, "nowhere.config.ts")] }),
);

refuses(
  "a flag with a mistake in it",
  { exitCode: 2, code: "USAGE", says: /--dryrun/, fix: /did you mean --dry-run/ },
  () => ({ flags: ["--dryrun"] }),
);

refuses("a word that is no flag", { exitCode: 2, code: "USAGE", says: /argument/, fix: /--help/ }, () => ({
  flags: ["production"],
}));

for (const id of ["../up", "", "two words", "a".repeat(64), ".hidden"]) {
  refuses(
    `the release id "${id.slice(0, 12)}"`,
    { exitCode: 2, code: "RELEASE_ID_INVALID", says: /letters, digits, dots/, fix: /--release/ },
    () => ({ flags: [`--release=${id}`] }),
  );
}

for (const pair of [
  ["--quick-rollback", "--resume"],
  ["--quick-rollback", "--abort"],
  ["--quick-rollback", "--release=good"],
  ["--quick-rollback", "--skip-backup"],
  ["--resume", "--abort"],
  ["--resume", "--release=good"],
  ["--resume", "--dry-run"],
  ["--abort", "--dry-run"],
  ["--abort", "--release=good"],
  ["--abort", "--skip-backup"],
  ["--quiet", "--verbose"],
]) {
  refuses(
    `${pair.join(" with ")}`,
    { exitCode: 2, code: "USAGE", says: /cannot be used with/, fix: /--help/ },
    () => ({ flags: pair }),
  );
}

for (const verb of ["--resume", "--abort"]) {
  refuses(
    `${verb} with nothing unfinished`,
    { exitCode: 2, code: "NOTHING_TO_RESUME", says: /no unfinished run/, fix: /status\.ts/ },
    () => ({ flags: [verb] }),
  );
}

refuses(
  "a rollback with no release before the one that serves",
  { exitCode: 4, code: "NO_ROLLBACK_TARGET", says: /besides good/, fix: /--release/ },
  () => ({ flags: ["--quick-rollback"] }),
);

refuses(
  "a rollback where nothing was ever deployed",
  { exitCode: 4, code: "NO_ROLLBACK_TARGET", says: /no release to go back to/, fix: /deploy a good release/ },
  async () => {
    const on = await openStack();
    return { on, flags: ["--quick-rollback"], undo: () => on[Symbol.asyncDispose]() };
  },
);

test("the release that was refused serves, and is none the worse for it", async () => {
  const { stdout } = await site.stack.deploy(["--dry-run", "--release", "good"]);
  expect(stdout).toContain("green serves release good");
  expect(stdout).not.toContain("failed before");
});

test("--dry-run prints what would be done, and changes nothing", async () => {
  const before = await footprintOf(site.stack);
  const said = await site.stack.deploy(["--dry-run", "--release", "next"]);
  const told = await site.stack.deploy(["--dry-run", "--release", "next", "--json"]);

  expect([said.exitCode, told.exitCode]).toEqual([0, 0]);
  expect(said.stdout).toContain("release next is built and goes to blue");
  expect(documentOf(told)).toMatchObject({
    ok: true,
    result: { lines: said.stdout.trim().split("\n"), course: { release: "next", from: "green", to: "blue" } },
  });
  expect(await footprintOf(site.stack)).toEqual(before);
});
