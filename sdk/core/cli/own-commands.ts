import type { Redactor } from "../log/index.ts";
import { asTyped } from "../process/index.ts";

/** Scripts that read no configuration, and have no `--config`. */
const withoutConfiguration = ["check", "demo", "setup"];

/** A text may come by more than once. */
const command = /(?<![\w./])\.\/scripts\/([a-z-]+)\.ts(?! --config )/g;

export interface Place {
  /** The project that the scripts are of. */
  project: string;
  /** Where the person is; undefined where that folder is gone. */
  workingDirectory: string | undefined;
  /** The configuration that was named on the command line, as an absolute path. */
  configuration: string | undefined;
}

/**
 * Lets every text that is shown name the scripts as they can be typed where the person is: `./scripts/status.ts` is one of
 * the project's own folder, and it is about the configuration that this run is about.
 */
export function withOwnCommands(redactor: Redactor, place: Place): Redactor {
  const own = (text: string) => text.replaceAll(command, (_, name: string) => typed(name, place));
  return { ...redactor, redact: (text) => own(redactor.redact(text)) };
}

function typed(name: string, { project, workingDirectory, configuration }: Place): string {
  const file = `scripts/${name}.ts`;
  const script = workingDirectory === project ? `./${file}` : asTyped([`${project}/${file}`]);
  if (configuration === undefined || withoutConfiguration.includes(name)) return script;
  return `${script} ${asTyped(["--config", configuration])}`;
}
