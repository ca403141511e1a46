import { z } from "zod";

/** Anything that JSON can say: an object or a list of a configuration, or what a shell's text says as JSON. */
export const json = () => z.unknown().refine((value) => value !== undefined, "expected JSON");
