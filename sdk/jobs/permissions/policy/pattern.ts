import { Failure } from "../../../core/errors/index.ts";
import { namesOf } from "../../../systems/tree/index.ts";

/** A path with wildcards, name by name from the root of the file system. Names are bytes: not every one is text. */
export interface Pattern {
  readonly text: string;
  readonly segments: readonly Segment[];
}

export interface Segment {
  readonly kind: "literal" | "glob" | "any folders";
  readonly bytes: Uint8Array;
}

/**
 * Which segments may come next, as bits; the bit behind the last segment says that the whole pattern has matched. All ways
 * to match are followed at once, so that no name and no pattern makes it slow.
 */
export type Places = number;

const mostSegments = 30;
const [star, question] = [0x2a, 0x3f];

/** @throws Failure PERMISSIONS_POLICY for a pattern that is too long to be meant. */
export function patternOf(absolute: string): Pattern {
  const segments = namesOf(Buffer.from(absolute)).map(segmentOf);
  if (segments.length > mostSegments || segments.some(({ bytes }) => Buffer.from(bytes).equals(dots))) {
    throw new Failure("PERMISSIONS_POLICY", {
      message: `the path ${absolute} cannot be used in a rule`,
      why: `it has \`..\` in it, or more than ${mostSegments} names`,
      remedy: "name the folder itself",
    });
  }
  return { text: absolute, segments };
}

const dots = Buffer.from("..");

function segmentOf(bytes: Uint8Array): Segment {
  if (bytes.length === 2 && bytes[0] === star && bytes[1] === star) return { kind: "any folders", bytes };
  return { kind: bytes.includes(star) || bytes.includes(question) ? "glob" : "literal", bytes };
}

/** Where a pattern stands before the first name. */
export function beginning(pattern: Pattern): Places {
  return closed(pattern, 1);
}

/** Where a pattern stands after one more name; 0 when it cannot match any more. */
export function after(pattern: Pattern, places: Places, name: Uint8Array): Places {
  let next = 0;
  pattern.segments.forEach((segment, index) => {
    if ((places & (1 << index)) === 0) return;
    if (segment.kind === "any folders") next |= 1 << index;
    else if (fits(segment, name)) next |= 1 << (index + 1);
  });
  return closed(pattern, next);
}

/** Whether a pattern has been matched to its end. */
export function isWhole({ segments }: Pattern, places: Places): boolean {
  return (places & (1 << segments.length)) !== 0;
}

/** `**` stands for no folder at all, too. */
function closed({ segments }: Pattern, places: Places): Places {
  let all = places;
  segments.forEach((segment, index) => {
    if (segment.kind === "any folders" && (all & (1 << index)) !== 0) all |= 1 << (index + 1);
  });
  return all;
}

function fits({ kind, bytes }: Segment, name: Uint8Array): boolean {
  return kind === "literal" ? Buffer.from(bytes).equals(name) : globFits(bytes, name);
}

/** Only the last `*` is ever gone back to, which is enough, and never more than pattern times name. */
function globFits(glob: Uint8Array, name: Uint8Array): boolean {
  let [at, in_] = [0, 0];
  let [starAt, starName] = [-1, 0];
  while (in_ < name.length) {
    if (glob[at] === star) {
      [starAt, starName] = [at, in_];
      at += 1;
    } else if (at < glob.length && (glob[at] === question || glob[at] === name[in_])) {
      in_ += glob[at] === question ? characterLength(name, in_) : 1;
      at += 1;
    } else if (starAt >= 0) {
      starName += 1;
      [at, in_] = [starAt + 1, starName];
    } else return false;
  }
  while (glob[at] === star) at += 1;
  return at === glob.length;
}

/** `?` is one character, of however many bytes. */
function characterLength(name: Uint8Array, at: number): number {
  let length = 1;
  if ((name[at] ?? 0) >= 0xc0) while (((name[at + length] ?? 0) & 0xc0) === 0x80) length += 1;
  return length;
}
