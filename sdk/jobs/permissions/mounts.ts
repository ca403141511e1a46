import { existsSync, readFileSync, realpathSync } from "node:fs";
import { type Configuration, composeProjectOf } from "../../core/config/index.ts";
import { messageOf } from "../../core/errors/index.ts";
import {
  allMounts,
  type BindMount,
  type ComposeProject,
  composeMounts,
  type DockerOptions,
} from "../../systems/docker/index.ts";
import { composeTexts } from "./compose-texts.ts";

/** What the Compose files mount from this host; undefined, with the reason, when that cannot be told. */
export type Mounts =
  | {
      known: true;
      mounts: readonly BindMount[];
      /** The texts of Compose files, also of those that the configuration does not name. */
      texts: readonly string[];
    }
  | { known: false; why: string };

/** Asks Compose, for all of the configuration's projects at once, what they mount. */
async function mountsOf(
  configuration: Configuration,
  options: DockerOptions,
  concerns: (project: ComposeProject) => boolean = () => true,
): Promise<Mounts> {
  const { environments, shared } = configuration.platform;
  const projects = [environments.blue, environments.green, shared].map((values) =>
    composeProjectOf(configuration, values),
  );
  try {
    const mounts = await Promise.all(
      projects.filter(concerns).map((project) => composeMounts(project, options)),
    );
    return { known: true, mounts: mounts.flat().map(real), texts: [] };
  } catch (thrown) {
    return { known: false, why: messageOf(thrown) };
  }
}

/** What the Compose files mount, and what containers that are there already do: a running one may be of an older file. */
export async function everyMount(configuration: Configuration, options: DockerOptions): Promise<Mounts> {
  const described = await mountsOf(configuration, options);
  if (!described.known) return described;
  try {
    const seen = (await allMounts(options)).map(real);
    return { known: true, mounts: [...described.mounts, ...seen], texts: composeTexts(configuration) };
  } catch (thrown) {
    return { known: false, why: messageOf(thrown) };
  }
}

/** The folders of this host that a database server keeps its data in, by where its container looks for them. */
export async function databaseFolders(
  configuration: Configuration,
  options: DockerOptions,
): Promise<string[]> {
  // Compose is asked only where its answer can matter: it takes longer than all the rest.
  const mounts = await mountsOf(configuration, options, ({ files }) => files.some(speaksOfDatabase));
  if (!mounts.known) return [];
  return mounts.mounts
    .filter(({ source, target }) => dataFolder.test(target) && isDataItself(source))
    .map(({ source }) => source);
}

/** A server that keeps its data in a folder of this one goes through it as another user than the one who owns it. */
function isDataItself(folder: string): boolean {
  return ["PG_VERSION", "ibdata1"].some((sign) => existsSync(`${folder}/${sign}`));
}

const dataFolder = /\/var\/lib\/(postgresql|mysql)(?![\w-])/;

function speaksOfDatabase(file: string): boolean {
  try {
    return dataFolder.test(readFileSync(file, "utf8"));
  } catch {
    return false;
  }
}

function real(mount: BindMount): BindMount {
  try {
    return { ...mount, source: realpathSync(mount.source) };
  } catch {
    return mount;
  }
}
