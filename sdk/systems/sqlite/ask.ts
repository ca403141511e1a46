import { join } from "node:path";
import { z } from "zod";
import { Failure } from "../../core/errors/index.ts";
import { run } from "../../core/process/index.ts";

export interface SqliteOptions {
  deadlineMs: number;
  signal?: AbortSignal | undefined;
}

const answerSchema = z.union([
  z.object({ done: z.unknown() }),
  z.object({ failed: z.object({ code: z.string(), message: z.string() }) }),
]);

/** Has something done in a process of its own, which can be ended at its deadline or by the signal. */
export async function ask(
  verb: "facts" | "prepare" | "snapshot" | "swap",
  args: readonly [path: string, ...more: string[]],
  options: SqliteOptions,
): Promise<unknown> {
  const program = join(import.meta.dir, "program", "main.ts");
  const argv = [process.execPath, "--no-env-file", "--no-install", program, verb, ...args];
  const { stdout, stderr, exitCode } = await run(argv, options);
  const answer = answerSchema.safeParse(parsed(stdout));
  if (!answer.success) throw silent(args[0], exitCode, stderr);
  if ("failed" in answer.data) throw failureOf(args[0], answer.data.failed);
  return answer.data.done;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failureOf(path: string, { code, message }: { code: string; message: string }): Failure {
  const details = { path, code };
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
    return new Failure("DATABASE_IN_USE", {
      message: `the database ${path} is in use`,
      why: message,
      remedy: "stop what has it open, then run again",
      details,
    });
  }
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) {
    return new Failure("DATABASE_DAMAGED", {
      message: `${path} is no whole SQLite database`,
      why: message,
      remedy: "restore it from a backup: ./scripts/restore-db.ts list",
      details,
    });
  }
  return new Failure("DATABASE_UNREADABLE", {
    message: `SQLite cannot work on ${path}`,
    why: message,
    remedy: /no such (collation sequence|function|module)/.test(message)
      ? `only its application has what is named: have it copied (sqlite3 ${path} ".backup COPY") before each backup, and name COPY in backups.files`
      : "look at the path, its owner, its mode, and the space that is left beside it; what is another user's may need root",
    details,
  });
}

function silent(path: string, exitCode: number, stderr: string): Failure {
  return new Failure("COMMAND_FAILED", {
    message: `the work on the SQLite database ${path} was cut off (exit code ${exitCode})`,
    why: stderr.trim().split("\n").slice(-6).join("\n"),
    remedy: "run again; the database stands as it did",
  });
}
