/** A version of a Python package, by PEP 440. A local part ("+cu121") counts for nothing here. */
export interface Version {
  epoch: number;
  release: readonly number[];
  pre: readonly [stage: number, number: number] | undefined;
  post: number | undefined;
  dev: number | undefined;
}

const pattern =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(?:post|rev|r)[-_.]?(\d*))?(?:[-_.]?dev[-_.]?(\d*))?(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?$/i;

const stages: Readonly<Record<string, number>> = {
  a: 0,
  alpha: 0,
  b: 1,
  beta: 1,
  c: 2,
  rc: 2,
  pre: 2,
  preview: 2,
};

/** Reads a version; undefined for what is none. */
export function parseVersion(text: string): Version | undefined {
  const found = pattern.exec(text.trim());
  if (found === null) return undefined;
  const [whole, epoch, release = "", stage, pre, dashed, post, dev] = found;
  return {
    epoch: Number(epoch ?? 0),
    release: release.split(".").map(Number),
    pre: stage === undefined ? undefined : [stages[stage.toLowerCase()] ?? 0, Number(pre)],
    post: dashed === undefined ? numberOf(post) : Number(dashed),
    dev: /dev/i.test(whole) ? numberOf(dev) : undefined,
  };
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** Below 0 when the first comes before the second. */
export function compareVersions(one: Version, other: Version): number {
  const [left, right] = [keyOf(one), keyOf(other)];
  const length = Math.max(one.release.length, other.release.length);
  for (let at = 0; at < length; at += 1) {
    if (one.epoch !== other.epoch) return one.epoch - other.epoch;
    const difference = (one.release[at] ?? 0) - (other.release[at] ?? 0);
    if (difference !== 0) return difference;
  }
  const at = left.findIndex((value, index) => value !== right[index]);
  return at === -1 ? 0 : (left[at] ?? 0) < (right[at] ?? 0) ? -1 : 1;
}

/** What orders the versions of one release: dev before alpha, beta, rc, the release itself, and post. */
function keyOf({ pre, post, dev }: Version): readonly number[] {
  const devOnly = pre === undefined && post === undefined && dev !== undefined;
  const stage = pre?.[0] ?? (devOnly ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
  return [stage, pre?.[1] ?? 0, post ?? Number.NEGATIVE_INFINITY, dev ?? Number.POSITIVE_INFINITY];
}

/** The very first version of a release: before its first alpha. */
export function beforeAll(release: readonly number[], epoch: number): Version {
  return { epoch, release, pre: undefined, post: undefined, dev: Number.NEGATIVE_INFINITY };
}
