import { z } from "zod";
import { defineCheck } from "./define.ts";
import { type Fault, lookOf } from "./faults.ts";
import { oneOrMore } from "./options.ts";
import { both, isWithin, parseRange, type Range } from "./python-requirements/range.ts";
import { normalised, type Requirement, readRequirements } from "./python-requirements/read.ts";

interface Limit {
  text: string;
  name: string;
  range: Range;
}

const limit = z.string().transform((text, context): Limit => {
  const [, name, versions = ""] = /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*([<>=!~].*)$/.exec(text) ?? [];
  const range = parseRange(versions);
  if (name !== undefined && range !== undefined) return { text: text.trim(), name: normalised(name), range };
  context.addIssue({ code: "custom", message: 'expected a package and its versions, such as "numpy<2.0"' });
  return z.NEVER;
});

/** Whether requirements files keep to rules: versions that must not be exceeded, packages that must not be there. */
export const pythonRequirements = defineCheck({
  id: "python-requirements",
  title: "Python requirements",
  summary: "Whether requirements files keep to version limits, and name no forbidden package",
  example: "--file requirements.txt --limit numpy~=1.26 --forbidden pathlib",
  deadline: "5s",
  options: z
    .strictObject({
      file: oneOrMore(z.string()).describe("The requirements files; those that they include are read too."),
      limit: oneOrMore(limit)
        .default([])
        .describe(
          'The versions that may be installed, such as "numpy<2.0": whatever the files allow must fit.',
        ),
      forbidden: oneOrMore(z.string())
        .default([])
        .describe("Packages that must not be named, such as a backport of what Python has."),
    })
    .refine(({ limit, forbidden }) => limit.length + forbidden.length > 0, {
      error: "expected a limit or a forbidden package: without one nothing is checked",
    }),
  look: async ({ file, limit: limits, forbidden }) => {
    const { requirements, unreadable } = readRequirements(file);
    const faults = [
      ...unreadable.map(unreadableFault),
      ...limits.flatMap((one) => limitFaults(one, requirements)),
      ...forbidden.flatMap((name) => forbiddenFaults(name, requirements)),
    ];
    const rules = limits.length + forbidden.length;
    const good = `${requirements.length} requirements keep to ${rules === 1 ? "the rule" : `all ${rules} rules`}`;
    return lookOf(faults, { good, evidence: { files: file, requirements: requirements.length } });
  },
});

/** Constraints files (`-c`) narrow whatever is installed, so they count together with each requirement. */
function limitFaults({ text, name, range }: Limit, all: readonly Requirement[]): Fault[] {
  const own = all.filter((requirement) => requirement.name === name);
  const constraint = own
    .filter((requirement) => requirement.constraint)
    .reduce<Range | undefined>((together, next) => narrowed(together, next.range), undefined);
  const installed = own.filter((requirement) => !requirement.constraint);
  if (installed.length === 0) {
    if (constraint !== undefined && isWithin(constraint, range)) return [];
    const says = `${name} is named nowhere, so that another package may bring any version`;
    return [{ status: "warn", says, remedy: `write ${text} into the requirements` }];
  }
  return installed
    .filter((one) => !isWithin(narrowed(constraint, one.range) ?? anything, range))
    .map((one): Fault => {
      const why =
        one.range === undefined
          ? "comes from an address, whose version nobody knows"
          : `allows more than ${text}`;
      const says = `${one.file}:${one.line}: ${one.text} ${why}`;
      return { status: "fail", says, remedy: `write ${text} in its place, or pin a version that fits` };
    });
}

const anything: Range = { low: undefined, high: undefined, holes: [] };

function narrowed(one: Range | undefined, other: Range | undefined): Range | undefined {
  return one === undefined ? other : other === undefined ? one : both(one, other);
}

function forbiddenFaults(name: string, all: readonly Requirement[]): Fault[] {
  return all
    .filter((requirement) => !requirement.constraint && requirement.name === normalised(name))
    .map(({ file, line }) => {
      return {
        status: "fail",
        says: `${file}:${line} names ${name}, which is forbidden`,
        remedy: `take ${name} out`,
      };
    });
}

function unreadableFault(says: string): Fault {
  return {
    status: "fail",
    says,
    remedy: "write it as pip reads it: NAME[EXTRA]>=VERSION",
  };
}
