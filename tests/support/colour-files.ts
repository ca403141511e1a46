import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseEnv } from "node:util";
import { parse, stringify } from "yaml";
import type { Stack } from "./stack.ts";
import type { Color } from "./standing.ts";
import { configurationOf } from "./variant.ts";

interface ComposeFile {
  services: Record<string, { build: { context: string }; environment: Record<string, string> }>;
  networks: unknown;
}

/** The variables of the example that differ between its env files; a file that names its colours writes them out. */
const ofOneColour = /\$\{(SWITCHOVER_ENVIRONMENT|(?:FRONTEND|BACKEND|ML)_(?:PORT|ADDRESS))[^}]*\}/g;

const inNames = "{environment}";

/** A Compose file for each colour, with the colour in its services' names: docker-compose.blue.yml and .green.yml. */
export function oneFilePerColour(stack: Stack): void {
  const { platform, services } = configurationOf(stack);
  const { blue, green } = platform.environments;
  const environments = {
    blue: { ...blue, files: [fileFor(stack, ["blue"])] },
    green: { ...green, files: [fileFor(stack, ["green"])] },
  };
  stack.writeConfiguration({ platform: { ...platform, environments }, services: services.map(coloured) });
}

/** One Compose project whose only file names the services of both colours. */
export function oneProject(stack: Stack): void {
  const { platform, services } = configurationOf(stack);
  const both = { ...platform.environments.blue, files: [fileFor(stack, ["blue", "green"])] };
  stack.writeConfiguration({
    platform: { ...platform, environments: { blue: both, green: both } },
    services: services.map(coloured),
  });
}

function coloured<Service extends { name: string }>(service: Service): Service & { composeService: string } {
  return { ...service, composeService: `${inNames}-${service.name}` };
}

function fileFor(stack: Stack, colours: readonly Color[]): string {
  const example = stack.prepared.composeFiles.environment;
  const text = readFileSync(example, "utf8");
  const services = colours.map((colour) => {
    const own = parseEnv(readFileSync(stack.prepared.envFiles[colour], "utf8"));
    const { services } = read(text.replaceAll(ofOneColour, (_whole, name: string) => own[name] ?? ""));
    return Object.fromEntries(
      ["frontend", "backend", "ml"].map((name) => {
        const { build, ...service } = services[name] ?? { build: { context: "." }, environment: {} };
        return [`${colour}-${name}`, { ...service, build: { ...build, context: dirname(example) } }];
      }),
    );
  });
  const file = join(stack.directory, `docker-compose.${colours.join("-")}.yml`);
  const { networks } = read(text);
  writeFileSync(
    file,
    stringify({ services: Object.assign({}, ...services), networks }, { aliasDuplicateObjects: false }),
  );
  return file;
}

function read(text: string): ComposeFile {
  return parse(text, { merge: true });
}
