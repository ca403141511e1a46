import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { reason } from "../runtime/log.ts";

const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(-[A-Za-z0-9][A-Za-z0-9._-]{0,79})?$/;
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;

export interface StoredUpload {
  readonly id: string;
  readonly size: number;
  readonly sha256: string;
}

/** The files that users have sent: either whole under their id, or not there. */
export class Uploads {
  private readonly incoming: string;

  constructor(private readonly directory: string) {
    this.incoming = join(directory, ".incoming");
  }

  /** The file of an id; `undefined` for anything that is not an id, so that no path can be smuggled in. */
  file(id: string): Bun.BunFile | undefined {
    return idPattern.test(id) ? Bun.file(join(this.directory, id)) : undefined;
  }

  /** Whether a name may become part of an id. */
  acceptsName(name: string): boolean {
    return namePattern.test(name);
  }

  /** Stores a body of any size without holding it in memory; it is on the disk when this resolves. */
  async store(body: ReadableStream<Uint8Array> | null, name: string | undefined): Promise<StoredUpload> {
    const id = name ? `${crypto.randomUUID()}-${name}` : crypto.randomUUID();
    const temporary = join(this.incoming, id);
    try {
      const written = await this.write(temporary, body);
      await rename(temporary, join(this.directory, id));
      return { id, ...written };
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** "writable", or why not: found by writing, since a full disk still grants permission. */
  async state(): Promise<string> {
    const probe = join(this.incoming, `probe-${crypto.randomUUID()}`);
    try {
      await mkdir(this.incoming, { recursive: true });
      await Bun.write(probe, "probe");
      return "writable";
    } catch (error) {
      return `not writable: ${reason(error)}`;
    } finally {
      await rm(probe, { force: true }).catch(() => {});
    }
  }

  private async write(
    path: string,
    body: ReadableStream<Uint8Array> | null,
  ): Promise<{ size: number; sha256: string }> {
    await mkdir(this.incoming, { recursive: true });
    const hash = new Bun.CryptoHasher("sha256");
    let size = 0;
    const file = await open(path, "wx", 0o644);
    try {
      for await (const chunk of body ?? []) {
        hash.update(chunk);
        size += chunk.byteLength;
        await file.writeFile(chunk);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    return { size, sha256: hash.digest("hex") };
  }
}
