import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import type { z } from "zod";
import { Failure } from "../errors/index.ts";
import { projectFolderOf } from "../files/index.ts";
import { importMistakes } from "./import-mistakes.ts";
import { type ConfigurationInput, type ConfigurationValues, configurationSchema } from "./schema.ts";

/** The configuration as the scripts use it: checked, with its defaults, and with every path absolute through `path`. */
export interface Configuration extends ConfigurationValues {
  /** The configuration file. */
  readonly file: string;
  /** The folder that relative paths start from. */
  readonly root: string;
  /** A path of the configuration, absolute. */
  readonly path: (relative: string) => string;
  /** A path under the tool's own state folder. */
  readonly state: (...parts: string[]) => string;
  /** The folder of the scripts' logs. It is known before the configuration is read, and so knows nothing of `root`. */
  readonly logs: string;
}

/** Gives a configuration file its types; the checking happens when it is loaded. */
export function defineConfig(configuration: ConfigurationInput): ConfigurationInput {
  return configuration;
}

/**
 * Loads and checks a configuration file.
 *
 * @throws Failure CONFIG_NOT_FOUND, or CONFIG_INVALID with the path, the value and what was expected, for each mistake.
 */
export async function loadConfiguration(file: string): Promise<Configuration> {
  const path = resolve(file);
  const isThere = existsSync(path);
  if (!isThere || statSync(path).isDirectory()) {
    throw new Failure("CONFIG_NOT_FOUND", {
      message: isThere ? `${path} is a folder` : `there is no configuration file ${path}`,
      remedy: "name the file with --config, or write config/deployment.config.ts (docs/your-stack.md)",
    });
  }
  return parseConfiguration(await importDefault(path), path);
}

async function importDefault(path: string): Promise<unknown> {
  // Bun imports from no such path, not even as a file: URL, and its own words name another one.
  if (/[?\\]/.test(realpathSync(path))) throw notImportable(path);
  try {
    const module: { default?: unknown } = await import(path);
    if ("default" in module) return module.default;
  } catch (thrown) {
    // What the file itself calls, such as fromShellFile(), says better what is wrong and where.
    if (thrown instanceof Failure) throw thrown;
    throw new Failure("CONFIG_INVALID", {
      message: `the configuration file ${path} cannot be read`,
      why: importMistakes(thrown, path),
      remedy: "mend the file; `bun run check:types` shows mistakes with their lines",
      cause: thrown,
    });
  }
  throw new Failure("CONFIG_INVALID", {
    message: `the file ${path} exports no configuration`,
    why: "it has no default export",
    remedy: "write: export default defineConfig({ … }); docs/your-stack.md has a whole one",
  });
}

function notImportable(path: string): Failure {
  return new Failure("CONFIG_INVALID", {
    message: `the configuration file ${path} cannot be read`,
    why: "Bun loads nothing from a path with ? or \\ in it",
    remedy: "rename the folder or the file that has it in its name",
  });
}

/**
 * Checks what a configuration file exports.
 *
 * @throws Failure CONFIG_INVALID
 */
export function parseConfiguration(input: unknown, file: string): Configuration {
  // It is parsed once: compiling a parser for each of its objects would take longer than that saves.
  const parsed = configurationSchema.safeParse(input, { reportInput: true, jitless: true });
  if (!parsed.success) throw invalid(parsed.error, file);
  const root =
    parsed.data.root === undefined ? projectFolderOf(file) : resolve(dirname(file), parsed.data.root);
  const logs = join(projectFolderOf(file), "logs");
  const path = (relative: string) => (isAbsolute(relative) ? relative : join(root, relative));
  return { ...parsed.data, file, root, path, state: (...parts) => join(root, ".switchover", ...parts), logs };
}

function invalid(error: z.ZodError, file: string): Failure {
  const mistakes = error.issues.map((issue) => {
    const where = issue.path.length === 0 ? "the configuration" : issue.path.map(String).join(".");
    return `${where}: ${inWords(issue.message)}${shown(issue.input)}`;
  });
  return new Failure("CONFIG_INVALID", {
    message: `the configuration ${file} has ${mistakes.length === 1 ? "a mistake" : `${mistakes.length} mistakes`}`,
    why: mistakes.join("\n"),
    remedy: "mend what is named; docs/configuration.md describes every key",
    details: { mistakes },
  });
}

/** Without zod's own words around what was expected. */
function inWords(message: string): string {
  return message.replace(/^Invalid input: /, "").replace(/, received undefined$/, ", and it is missing");
}

function shown(value: unknown): string {
  if (value === undefined || typeof value === "object") return "";
  return `, not ${JSON.stringify(value)}`;
}
