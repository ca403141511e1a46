import { Failure } from "../../core/errors/index.ts";

/** Marks what is ours in a crontab: nothing else in it is ever changed. */
export interface Mark {
  begin: string;
  end: string;
}

/** The marks of one checkout of one project: two of them may share a crontab. */
export function markOf(project: string, root: string): Mark {
  const name = `switchover ${project} ${root}`;
  return { begin: `# BEGIN ${name}`, end: `# END ${name}` };
}

interface Place {
  start: number;
  end: number;
}

/**
 * The block that stands in a crontab, without its marks; undefined when there is none.
 *
 * @throws Failure CRONTAB_DAMAGED
 */
export function blockIn(crontab: string, mark: Mark): string | undefined {
  const place = placeOf(crontab, mark);
  if (place === undefined) return undefined;
  const block = crontab.slice(place.start, place.end);
  return block.slice(mark.begin.length + 1, block.lastIndexOf(mark.end));
}

/**
 * The crontab with this block in the place of the one that stood there, or at its end. All that stands around it stays, byte
 * for byte.
 *
 * @param block whole lines, each with its end
 * @throws Failure CRONTAB_DAMAGED
 */
export function withBlock(crontab: string, mark: Mark, block: string): string {
  const whole = `${mark.begin}\n${block}${mark.end}\n`;
  const place = placeOf(crontab, mark);
  if (place !== undefined) return crontab.slice(0, place.start) + whole + crontab.slice(place.end);
  const glue = crontab === "" || crontab.endsWith("\n") ? "" : "\n";
  return crontab + glue + whole;
}

/**
 * The crontab without the block.
 *
 * @throws Failure CRONTAB_DAMAGED
 */
export function withoutBlock(crontab: string, mark: Mark): string {
  const place = placeOf(crontab, mark);
  return place === undefined ? crontab : crontab.slice(0, place.start) + crontab.slice(place.end);
}

/** Lines end with "\n" alone, and a mark is a line of its own. */
function placeOf(crontab: string, { begin, end }: Mark): Place | undefined {
  const begins = placesOf(crontab, begin);
  const ends = placesOf(crontab, end);
  const [first] = begins;
  const [last] = ends;
  if (first === undefined && last === undefined) return undefined;
  if (
    begins.length !== 1 ||
    ends.length !== 1 ||
    first === undefined ||
    last === undefined ||
    last.start < first.end
  ) {
    throw damaged(begin, end);
  }
  return { start: first.start, end: last.end };
}

function placesOf(crontab: string, line: string): Place[] {
  const places: Place[] = [];
  let start = 0;
  for (const found of crontab.split("\n")) {
    if (found === line) places.push({ start, end: Math.min(start + found.length + 1, crontab.length) });
    start += found.length + 1;
  }
  return places;
}

function damaged(begin: string, end: string): Failure {
  return new Failure("CRONTAB_DAMAGED", {
    message: "what was installed in the crontab is damaged, and nothing was changed",
    why: `it does not hold the two lines "${begin}" and "${end}" once each, in this order`,
    remedy: "run crontab -e, take out what is left of them and what stands between them, and install again",
  });
}
