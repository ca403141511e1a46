import { z } from "zod";

/** A comparison with a number, as in a table of metrics: `< 60`, `>= 0.05`. */
export interface Condition {
  text: string;
  holds(value: number): boolean;
}

const operators: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  "<": (value, limit) => value < limit,
  "<=": (value, limit) => value <= limit,
  ">": (value, limit) => value > limit,
  ">=": (value, limit) => value >= limit,
};

/** A comparison as an option of a check. */
export const condition = () =>
  z.string().transform((text, context): Condition => {
    const [, operator = "", number = ""] = /^\s*([<>]=?)\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text) ?? [];
    const compare = operators[operator];
    if (compare !== undefined)
      return { text: `${operator} ${number}`, holds: (value) => compare(value, Number(number)) };
    context.addIssue({ code: "custom", message: 'expected a comparison such as "< 60"' });
    return z.NEVER;
  });
