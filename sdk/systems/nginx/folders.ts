import { makeFolder } from "../../core/files/index.ts";

/**
 * Makes a folder, and those above it, for nginx's workers to look into, whatever the umask of whoever runs this. What is
 * there already keeps the mode that its owner gave it.
 */
export function makeVisibleFolder(path: string): void {
  makeFolder(path, 0o755);
}
