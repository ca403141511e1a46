import { Database } from "bun:sqlite";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AzureScene } from "./azure-scene.ts";
import { type BackupProject, openBackupProject } from "./backup-project.ts";

const sasFile = "secrets/backups.sas";

/**
 * A project whose backups are copied into the scene's container: a SQLite database with two notes, and a folder `uploads`.
 *
 * @param encryptTo recipients of age.
 */
export function openCopiedProject(azure: AzureScene, encryptTo: readonly string[] = []): BackupProject {
  const { containerName: container } = azure.container;
  const project = openBackupProject(undefined, {
    sqlite: ["data/notes.db"],
    directories: ["uploads"],
    encryptTo,
    remote: { endpoint: azure.gate.address, container, auth: { method: "sas-file", file: sasFile } },
  });
  for (const folder of ["secrets", "data", "uploads"]) mkdirSync(join(project.root, folder));
  giveSas(project, azure.azurite.sas(container));
  using notes = new Database(join(project.root, "data/notes.db"));
  notes.run("CREATE TABLE notes (text TEXT)");
  notes.run("INSERT INTO notes VALUES ('a'), ('b')");
  return project;
}

/** Gives the project another token. */
export function giveSas({ root }: BackupProject, token: string): void {
  writeFileSync(join(root, sasFile), `${token}\n`, { mode: 0o600 });
}
