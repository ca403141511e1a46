import { existsSync } from "node:fs";
import { join } from "node:path";
import { removeFileDurably, writeFileAtomically } from "../../core/files/index.ts";
import { makeVisibleFolder } from "./folders.ts";

/**
 * The file whose presence nginx tests for every request: where it stands, green serves; where it does not, blue does.
 * One test decides, so no request can fall between two states. Both changes are single, atomic directory operations.
 */
export const markerName = "green";

/** The environment that an nginx which sees this directory sends requests to. */
export function readMarker(directory: string): "blue" | "green" {
  return existsSync(join(directory, markerName)) ? "green" : "blue";
}

/**
 * Sends every request from now on to this environment. In force with the next request, and after a power failure.
 *
 * @throws the errno error of the file system; the old state is then still in force.
 */
export function setMarker(directory: string, environment: "blue" | "green"): void {
  makeVisibleFolder(directory);
  const marker = join(directory, markerName);
  // nginx's workers are other users: they need no more than to see the file.
  if (environment === "green") writeFileAtomically(marker, "", { mode: 0o644 });
  else removeFileDurably(marker);
}
