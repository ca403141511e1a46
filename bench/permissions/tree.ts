import {
  chownSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownName } from "../support/own-name.ts";

/** A project whose uploads are large. */
export interface Tree extends Disposable {
  uploads: string;
  configFile: string;
}

/** The user and the modes that its policy wants. */
export const wanted = { uid: 41_001, directoryMode: 0o755, fileMode: 0o644 } as const;

/** Makes so many empty files in so many folders, as they are wanted. It needs root. */
export async function makeTree(files: number, folders: number, signal: AbortSignal): Promise<Tree> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), `${ownName()}-tree-`)));
  const remove = () => rmSync(root, { recursive: true, force: true });
  try {
    const uploads = join(root, "uploads");
    for (let folder = 0; folder < folders; folder += 1) {
      signal.throwIfAborted();
      fill(join(uploads, `folder-${folder}`), files / folders);
      await Bun.sleep(0);
    }
    for (const path of [uploads]) chownSync(path, wanted.uid, wanted.uid);
    return { uploads, configFile: configure(root), [Symbol.dispose]: remove };
  } catch (thrown) {
    remove();
    throw thrown;
  }
}

function fill(folder: string, count: number): void {
  mkdirSync(folder, { recursive: true });
  chownSync(folder, wanted.uid, wanted.uid);
  for (let file = 0; file < count; file += 1) {
    const path = join(folder, `image-${file}.png`);
    closeSync(openSync(path, "wx", wanted.fileMode));
    chownSync(path, wanted.uid, wanted.uid);
  }
}

function configure(root: string): string {
  const compose = (project: string) => ({ project, files: ["compose.yml"] });
  const configuration = {
    project: "bench",
    platform: {
      kind: "docker-host",
      environments: { blue: compose("bench-blue"), green: compose("bench-green") },
      shared: { ...compose("bench-shared"), services: ["edge"] },
      proxy: { service: "edge", frontDoor: "http://127.0.0.1:9", markerDirectory: "switch" },
    },
    services: [{ name: "web", ports: { blue: 4000, green: 5000 }, frontDoorPath: "/" }],
    uploads: { blue: "uploads", green: "uploads" },
    permissions: { uid: wanted.uid, gid: wanted.uid },
  };
  writeFileSync(join(root, "compose.yml"), "services:\n  edge:\n    image: none\n");
  const file = join(root, "deployment.config.ts");
  writeFileSync(file, `export default ${JSON.stringify(configuration)};\n`);
  return file;
}
