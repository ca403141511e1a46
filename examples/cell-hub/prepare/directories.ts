import { chown, mkdir } from "node:fs/promises";
import { join } from "node:path";

/** The user that the backend writes as in its container. */
const containerUser = 1001;

/** Makes what the containers mount: a directory that Docker has to make belongs to root, and uploads fail. */
export async function makeDirectories(data: string, switchDirectory: string): Promise<void> {
  await mkdir(switchDirectory, { recursive: true });
  for (const name of ["acme", "assets", "uploads"]) await mkdir(join(data, name), { recursive: true });
  await chown(join(data, "uploads"), containerUser, containerUser);
}
