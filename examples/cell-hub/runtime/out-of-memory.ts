import { log } from "./log.ts";

const chunkBytes = 16 * 1024 * 1024;

/** Takes memory until the container's limit ends the process. */
export async function exhaustMemory(): Promise<never> {
  log("taking all memory, as asked");
  const held: Buffer[] = [];
  for (;;) {
    // Untouched pages cost nothing, so they are filled.
    held.push(Buffer.alloc(chunkBytes, held.length % 255));
    await Bun.sleep(20);
  }
}
