import { RedisClient } from "bun";
import { log, reason } from "../runtime/log.ts";
import { redisUrl } from "./settings.ts";

const limitMs = 1500;

/** Redis behind one question at a time: a command fails within a bound, and the next one connects again. */
export class Cache {
  private client: RedisClient | undefined;

  increment(key: string): Promise<number> {
    return this.command((client) => client.incr(key));
  }

  get(key: string): Promise<string | null> {
    return this.command((client) => client.get(key));
  }

  set(key: string, value: string): Promise<unknown> {
    return this.command((client) => client.set(key, value));
  }

  /** "connected", or why not. */
  async state(): Promise<string> {
    try {
      await this.command((client) => client.ping());
      return "connected";
    } catch (error) {
      return `unreachable: ${reason(error)}`;
    }
  }

  close(): void {
    this.client?.close();
    this.client = undefined;
  }

  private async command<T>(ask: (client: RedisClient) => Promise<T>): Promise<T> {
    const client = this.connected();
    try {
      return await withLimit(ask(client));
    } catch (error) {
      this.discard(client);
      throw error;
    }
  }

  private connected(): RedisClient {
    // Bun's own reconnection gives up after a number of tries; a new client for the next command never does.
    this.client ??= new RedisClient(redisUrl(), { autoReconnect: false, connectionTimeout: limitMs });
    return this.client;
  }

  private discard(client: RedisClient): void {
    if (this.client !== client) return;
    log("cache connection lost");
    this.close();
  }
}

function withLimit<T>(answer: Promise<T>): Promise<T> {
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => limit.reject(new Error(`no answer in ${limitMs} ms`)), limitMs);
  return Promise.race([answer, limit.promise]).finally(() => clearTimeout(timer));
}
