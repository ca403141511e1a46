import { formsOf } from "./forms.ts";
import { redactByPlace } from "./patterns.ts";

/** Keeps secrets out of whatever a person or a file gets to see. */
export interface Redactor {
  /** The text with every known secret, and whatever looks like one by its place, replaced by `[redacted]`. */
  redact: (text: string) => string;
  /** Makes one more secret known. */
  add(secret: string): void;
}

const mask = "[redacted]";

/** A redactor that knows these secrets, in each form that they may be printed in. */
export function createRedactor(secrets: Iterable<string> = []): Redactor {
  const forms = new Set<string>();
  const add = (secret: string) => {
    if (secret.trim() === "") return;
    for (const form of formsOf(secret)) forms.add(form);
  };
  for (const secret of secrets) add(secret);
  return { redact: (text) => redactByPlace(maskForms(text, forms)), add };
}

/**
 * Replaces every stretch that is covered by one or more forms. All are looked for in the text as it came, so that of
 * secrets which overlap, or contain one another, no end stays behind.
 */
function maskForms(text: string, forms: Iterable<string>): string {
  const found: { start: number; end: number }[] = [];
  for (const form of forms) {
    for (let start = text.indexOf(form); start !== -1; start = text.indexOf(form, start + 1)) {
      found.push({ start, end: start + form.length });
    }
  }
  if (found.length === 0) return text;
  found.sort((one, other) => one.start - other.start);
  let masked = "";
  let covered = 0;
  for (const { start, end } of found) {
    if (start >= covered) masked += text.slice(covered, start) + mask;
    covered = Math.max(covered, end);
  }
  return masked + text.slice(covered);
}
