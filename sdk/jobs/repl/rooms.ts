import { join, resolve } from "node:path";
import { Glob } from "bun";

const sdk = resolve(import.meta.dir, "../..");

/** Every room of the SDK by its name: `docker`, `http`, `config`. Each is loaded by its own index, as anything else would. */
export async function loadRooms(): Promise<Record<string, Readonly<Record<string, unknown>>>> {
  const indexes = [...new Glob("{core,systems,jobs}/*/index.ts").scanSync(sdk), "platforms/index.ts"].sort();
  const rooms = await Promise.all(
    indexes.map(async (index): Promise<[string, Record<string, unknown>]> => {
      const [room = index] = index.split("/").slice(-2);
      return [room, await import(join(sdk, index))];
    }),
  );
  return Object.fromEntries(rooms);
}
