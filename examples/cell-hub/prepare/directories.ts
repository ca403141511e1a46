import { chown, mkdir } from "node:fs/promises";
import { join } from "node:path";

/** The user that backend and frontend run as in their containers. */
const containerUser = 1001;

/** Makes what the containers mount: a directory that Docker has to make belongs to root, and uploads fail. */
export async function makeDirectories(data: string, switchDirectory: string): Promise<void> {
  await mkdir(switchDirectory, { recursive: true });
  await mkdir(join(data, "acme"), { recursive: true });
  for (const name of ["uploads", "assets"]) {
    const path = join(data, name);
    await mkdir(path, { recursive: true });
    await chown(path, containerUser, containerUser);
  }
}
