import { z } from "zod";

const idPattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;

/** A release, pinned: what was built or pulled once, and is run from then on without asking for it by name again. */
export const releaseSchema = z.object({
  id: z.string().regex(idPattern),
  /** The source revision, where the project stands in git; "-dirty" behind it when there were uncommitted changes. */
  source: z.string().optional(),
  createdAt: z.iso.datetime(),
  /** For each Compose service or container, the content address of its image. */
  images: z.record(z.string(), z.string()),
});

export type Release = z.infer<typeof releaseSchema>;

/** What a release is called while its Compose files are only read, in a plan and in checks: its own name changes nothing there. */
export const releaseToCome = "check";

/** Whether a text can be a release's id: what Docker takes as a tag and what stays readable in a log. */
export function isReleaseId(text: string): boolean {
  return idPattern.test(text);
}

/** An id for a release that was given none: the time in UTC, then the source revision where there is one. */
export function newReleaseId(now: Date, source: string | undefined): string {
  const stamp = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  return source === undefined ? stamp : `${stamp}-${source.slice(0, 12).replace(/-dirty$/, "")}`;
}
