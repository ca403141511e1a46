import { existsSync } from "node:fs";
import { readEnvFiles } from "../../sdk/core/config/index.ts";
import type { Fault } from "../faults.ts";

/** A fault of an env file. */
export interface FileFault extends Fault {
  file: string;
}

/** What signs or encrypts what users keep: a session that one environment made must be good in the other. */
const ofSessions = /^(?!.*(?:DB|DATABASE|REDIS|POSTGRES)).*(?:JWT|SESSION|COOKIE|SIGNING|SECRET_KEY)/i;

/** A variable that names its environment, such as BLUE_PORT, is not the other one's too. */
const ofOneColour = /blue|green/i;

/** How an environment's variables differ from the other one's, by their names alone. */
interface Unlike {
  missing: string[];
  /** Secrets of sessions that are not the same. */
  different: string[];
}

/** Compares two environments' env files. Before the other one is made, there is nothing to compare with. */
function unlike(files: readonly string[], others: readonly string[]): Unlike {
  if (others.length === 0 || !others.every((file) => existsSync(file))) return { missing: [], different: [] };
  const [own, other] = [readEnvFiles(files), readEnvFiles(others)];
  const names = Object.keys(other);
  return {
    missing: names.filter((name) => !Object.hasOwn(own, name) && !ofOneColour.test(name)),
    different: names.filter(
      (name) => Object.hasOwn(own, name) && own[name] !== other[name] && isOfSessions(name),
    ),
  };
}

function isOfSessions(name: string): boolean {
  return ofSessions.test(name) && !/EXPIR|TTL|TIMEOUT|NAME|DOMAIN|MAX_AGE/i.test(name);
}

/** What one environment has and the other has not works until the switch. */
export function unlikeFaults(files: readonly string[], like: readonly string[]): FileFault[] {
  const { missing, different } = unlike(files, like);
  const [file, others] = [files.join(", "), like.join(", ")];
  const faults: FileFault[] = [];
  if (missing.length > 0) {
    const names = missing.join(", ");
    const says = `${names} ${missing.length === 1 ? "is" : "are"} set in ${others}, and not here`;
    faults.push({
      status: "warn",
      file,
      says,
      remedy: `set ${names} in ${file}, or take it out of ${others}`,
    });
  }
  if (different.length > 0) {
    const names = different.join(", ");
    const says = `${names} ${different.length === 1 ? "differs" : "differ"} from ${others}, so that sessions end with each switch`;
    faults.push({ status: "warn", file, says, remedy: `give both environments the same ${names}` });
  }
  return faults;
}
