import type { Answer } from "./answer.ts";
import { Connection } from "./connection.ts";
import type { Plan } from "./options.ts";
import type { UploadReport } from "./report.ts";
import { rest } from "./requests.ts";
import type { Tally } from "./tally.ts";

const pieces = 30;

interface Stored {
  readonly id: string;
  readonly size: number;
  readonly sha256: string;
}

/** Users who upload slowly: a request that outlives a switch, and must arrive whole all the same. */
export class Uploaders {
  private readonly kept: { id: string; sha256: string }[] = [];
  private readonly counts = { started: 0, confirmed: 0, lost: 0, bytes: 0 };

  constructor(
    private readonly plan: Plan,
    private readonly tally: Tally,
  ) {}

  /** One upload after the other until the signal; the last is finished. */
  async keepUploading(number: number, signal: AbortSignal): Promise<void> {
    // Spread over the time of one upload, so that at any moment some are young and some are nearly done.
    await rest((this.plan.uploadMs * number) / this.plan.uploads, signal);
    while (!signal.aborted) {
      this.counts.started += 1;
      try {
        await this.uploadOnce();
      } catch (error) {
        this.counts.lost += 1;
        this.tally.fail(`upload: ${error instanceof Error ? error.message : String(error)}`);
        await Bun.sleep(100);
      }
    }
  }

  report(): UploadReport {
    return { ...this.counts, kept: [...this.kept] };
  }

  private async uploadOnce(): Promise<void> {
    const body = crypto.getRandomValues(new Uint8Array(this.plan.uploadBytes));
    const sha256 = Bun.CryptoHasher.hash("sha256", body, "hex");
    const connection = await Connection.open(this.plan.door);
    try {
      const { id } = confirm(await this.post(connection, body), body.length, sha256);
      await this.readBack(id, sha256);
      this.counts.confirmed += 1;
      this.counts.bytes += body.length;
    } finally {
      connection.close();
    }
  }

  private async post(connection: Connection, body: Uint8Array): Promise<Answer> {
    const answer = connection.send(
      `${this.head("POST", "/api/uploads?name=load.bin")}Content-Length: ${body.length}\r\n\r\n`,
    );
    const sending = this.trickle(connection, body);
    const [answered] = await Promise.all([answer, sending]);
    return answered;
  }

  private async trickle(connection: Connection, body: Uint8Array): Promise<void> {
    const size = Math.ceil(body.length / pieces);
    for (let at = 0; at < body.length; at += size) {
      await connection.sendMore(body.subarray(at, at + size));
      await Bun.sleep(this.plan.uploadMs / pieces);
    }
  }

  private async readBack(id: string, sha256: string): Promise<void> {
    const answer = await this.ask("GET", `/uploads/${id}`);
    const returned = Bun.CryptoHasher.hash("sha256", answer.body, "hex");
    if (answer.status !== 200 || returned !== sha256)
      throw new Error(`${id} could not be read back (${answer.status})`);
    if (this.plan.keepUploads) this.kept.push({ id, sha256 });
    else await this.ask("DELETE", `/api/uploads/${id}`);
  }

  private async ask(method: string, path: string): Promise<Answer> {
    const connection = await Connection.open(this.plan.door);
    return connection.send(`${this.head(method, path)}\r\n`).finally(() => connection.close());
  }

  private head(method: string, path: string): string {
    return `${method} ${path} HTTP/1.1\r\nHost: ${this.plan.door.host}:${this.plan.door.port}\r\n`;
  }
}

function confirm(answer: Answer, size: number, sha256: string): Stored {
  if (answer.status !== 201)
    throw new Error(`answered ${answer.status}: ${answer.body.toString("utf8", 0, 120).trim()}`);
  const stored = JSON.parse(answer.body.toString()) as Stored;
  if (stored.size !== size || stored.sha256 !== sha256)
    throw new Error(`${stored.id} was stored with other bytes`);
  return stored;
}
