import { z } from "zod";

/** Anything that JSON can say and that an answer can be measured by: every object holds what `{}` asks of it. */
export const expectation = () =>
  json().refine(
    (value) => !isEmptyObject(value),
    "expected at least one member: any object holds what {} asks",
  );

function isEmptyObject(value: unknown): boolean {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
  );
}

/** Anything that JSON can say: an object or a list of a configuration, or what a shell's text says as JSON. */
export const json = () => z.unknown().refine((value) => value !== undefined, "expected JSON");
