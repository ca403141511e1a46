import { createHash } from "node:crypto";
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Failure } from "../../../core/errors/index.ts";
import { entriesOf, type RecordEntry } from "./entries.ts";
import { headerBytes, magic } from "./format.ts";
import { changesFile, type Summary, summaryFile } from "./write.ts";

/** A record that was read through once, and found whole. */
export interface StoredRecord extends Disposable {
  changes: number;
  /** Its blocks from the last to the first, each with its entries from the last to the first. */
  backwards(): Generator<RecordEntry[]>;
}

interface Place {
  offset: number;
  bytes: number;
  count: number;
}

const summarySchema = z.object({ run: z.string(), blocks: z.number(), changes: z.number() });
const largestBlock = 16 * 1024 * 1024;

/**
 * Opens the record of a run and looks it through before any of it is used. A run that was killed may have left its last
 * block unfinished: nothing of that one was changed.
 *
 * @throws Failure RUN_UNKNOWN; RECORD_DAMAGED when a block is not as it was written, or one is missing.
 */
export function openStoredRecord(folder: string, run: string): StoredRecord {
  const path = join(folder, run, changesFile);
  if (!/^\d{8}-\d{6}-\d{3,}$/.test(run) || !existsSync(path)) throw unknownRun(folder, run);
  const descriptor = openSync(path, "r");
  try {
    const places = placesIn(descriptor, path, summaryOf(join(folder, run, summaryFile)));
    return {
      changes: places.reduce((sum, { count }) => sum + count, 0),
      *backwards() {
        for (const place of places.toReversed())
          yield entriesOf(read(descriptor, place.offset, place.bytes)).reverse();
      },
      [Symbol.dispose]: () => closeSync(descriptor),
    };
  } catch (thrown) {
    closeSync(descriptor);
    throw thrown;
  }
}

function placesIn(descriptor: number, path: string, summary: Summary | undefined): Place[] {
  const { size } = fstatSync(descriptor);
  const places: Place[] = [];
  for (let offset = 0; offset < size; ) {
    const place = placeAt(descriptor, offset, size);
    if (place === undefined) {
      // Of a run that did not come to its end, what stands last may be torn.
      if (summary === undefined && !hasBlockAfter(descriptor, offset, size)) break;
      throw damaged(path, `the block at byte ${offset} is not as it was written`);
    }
    places.push(place);
    offset = place.offset + place.bytes;
  }
  if (summary !== undefined && places.length !== summary.blocks)
    throw damaged(path, `it has ${places.length} blocks of ${summary.blocks}`);
  return places;
}

/** The block that begins here; undefined when it is not whole. */
function placeAt(descriptor: number, offset: number, size: number): Place | undefined {
  const header = read(descriptor, offset, headerBytes);
  if (header.length < headerBytes || header.readUInt32LE(0) !== magic) return undefined;
  const bytes = header.readUInt32LE(4);
  if (bytes > largestBlock || offset + headerBytes + bytes > size) return undefined;
  const records = read(descriptor, offset + headerBytes, bytes);
  const isWhole = createHash("sha256").update(records).digest().equals(header.subarray(16, headerBytes));
  return isWhole ? { offset: offset + headerBytes, bytes, count: header.readUInt32LE(8) } : undefined;
}

/**
 * Whether a whole block stands behind one that is not: then that one had been safe on the disk, and is damaged. The sign by
 * itself says nothing: a file may be called like it.
 */
function hasBlockAfter(descriptor: number, offset: number, size: number): boolean {
  const rest = read(descriptor, offset + 4, Math.min(size - offset - 4, largestBlock));
  const sign = Buffer.alloc(4);
  sign.writeUInt32LE(magic);
  for (let at = rest.indexOf(sign); at >= 0; at = rest.indexOf(sign, at + 1)) {
    if (placeAt(descriptor, offset + 4 + at, size) !== undefined) return true;
  }
  return false;
}

function read(descriptor: number, offset: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(Math.max(0, bytes));
  let done = 0;
  while (done < buffer.length) {
    const more = readSync(descriptor, buffer, done, buffer.length - done, offset + done);
    if (more === 0) break;
    done += more;
  }
  return buffer.subarray(0, done);
}

function summaryOf(path: string): Summary | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return summarySchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    throw damaged(path, "it is no summary of a run");
  }
}

function unknownRun(folder: string, run: string): Failure {
  return new Failure("RUN_UNKNOWN", {
    message: `there is no run ${run} whose changes could be undone`,
    remedy: `name one of those in ${folder}; a run that changed nothing leaves nothing there`,
  });
}

function damaged(path: string, why: string): Failure {
  return new Failure("RECORD_DAMAGED", {
    message: `the record of changes ${path} is damaged, and nothing was undone`,
    why,
    remedy:
      "look at the disk (dmesg), and put the file back from a copy; without it owners and modes are put right by hand",
    details: { path },
  });
}
