import { atPath } from "../json/at-path.ts";

/**
 * An address that is made of members of an answer. Undefined where one of them is missing, or where the address would be
 * another site's: what logs in here must not be shown there.
 *
 * @param pattern such as `/uploads/{id}` or `{file.url}`; a member that is not the whole pattern becomes part of a path
 */
export function filledFrom(pattern: string, answer: unknown, base: string): string | undefined {
  let missing = false;
  const filled = pattern.replaceAll(/\{([\w.-]+)\}/g, (whole, path: string) => {
    const value = atPath(answer, path);
    if (typeof value !== "string" && typeof value !== "number") missing = true;
    return whole === pattern ? String(value) : encodeURIComponent(String(value));
  });
  if (missing || !URL.canParse(filled, base)) return undefined;
  const address = new URL(filled, base);
  return address.origin === new URL(base).origin ? address.href : undefined;
}
