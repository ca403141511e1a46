import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure, messageOf } from "../../core/errors/index.ts";
import { makeFolder, writeFileAtomically, writeTrouble } from "../../core/files/index.ts";
import { type Release, releaseSchema } from "../../core/release/index.ts";

/** The releases that were made here, pinned to their images. */
export interface Releases {
  find(id: string): Release | undefined;
  save(release: Release): void;
}

/** Keeps each release as a file of its own in this folder. */
export function releasesIn(folder: string): Releases {
  const file = (id: string) => join(folder, `${id}.json`);
  return {
    find: (id) => (existsSync(file(id)) ? read(file(id)) : undefined),
    save(release) {
      write(file(release.id), `${JSON.stringify(release, null, 2)}\n`);
    },
  };
}

function write(file: string, text: string): void {
  try {
    makeFolder(dirname(file));
    writeFileAtomically(file, text, { toFolderOwner: true });
  } catch (cause) {
    const { errno, ...rest } = writeTrouble(file, cause);
    throw new Failure("STATE_NOT_WRITTEN", {
      message: `the release file ${file} cannot be written${errno === undefined ? "" : ` (${errno})`}`,
      ...rest,
      cause,
    });
  }
}

function read(file: string): Release {
  try {
    return releaseSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    throw new Failure("STATE_UNREADABLE", {
      message: `the release file ${file} cannot be read`,
      why: messageOf(cause),
      remedy: "remove it, and deploy the release again under another id",
      cause,
    });
  }
}
