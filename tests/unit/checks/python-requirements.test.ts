import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { pythonRequirements } from "../../../checks/index.ts";
import { isWithin, parseRange, type Range } from "../../../checks/python-requirements/range.ts";
import { compareVersions, parseVersion, type Version } from "../../../checks/python-requirements/version.ts";

const folder = mkdtempSync(join(tmpdir(), "switchover-requirements-"));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
function file(text: string, name?: string): string {
  count += 1;
  const path = join(folder, name ?? `requirements-${count}.txt`);
  writeFileSync(path, text);
  return path;
}

/** The rules of a stack whose compiled parts know NumPy 1 only. */
const rules = {
  limit: ["numpy<2.0", "scipy<2.0", "pandas<3.0"],
  forbidden: ["pathlib", "configparser", "typing"],
};
const fine = "scipy<2.0\npandas~=2.2\n";

function look(text: string, more: Partial<Parameters<typeof pythonRequirements>[0]> = {}) {
  return pythonRequirements({ file: file(text), ...rules, ...more });
}

test("files that keep to the rules pass: pins, ranges, extras, markers, comments and hashes", async () => {
  const hash = `--hash=sha256:${"0".repeat(64)}`;
  const finding = await look(`
# the numeric part
numpy>=1.20,<2.0   # CCP4 needs it
SciPy==1.15.3 ; python_version >= "3.9"
pandas[performance]~=2.2 \\
    ${hash} \\
    ${hash}
--index-url https://example.org/simple
typing-extensions>=4
pathlib2
`);
  expect(finding.summary).toBe("5 requirements keep to all 6 rules");
  expect(finding.status).toBe("pass");
});

test.each([
  ["numpy", "an open requirement"],
  ["numpy>=1.20", "one without an upper limit"],
  ["numpy<=2.0", "one that reaches the limit"],
  ["numpy==2.*", "another line of versions"],
  ["NumPy==2.1.0", "a pin behind the limit, whatever its case"],
  ["numpy==2.0rc1", "a pre-release of what is shut out"],
  ["numpy[extra]>=1; python_version<'3.9'", "extras and a marker"],
  ["numpy @ git+https://example.org/numpy.git", "an address without a version"],
  ["numpy @ https://example.org/numpy-2.1.0-cp312-cp312-linux_x86_64.whl", "a wheel behind the limit"],
])("%s fails: %s", async (line) => {
  const finding = await look(`${fine}${line}\n`);
  expect(finding).toMatchObject({ status: "fail" });
  expect(finding.summary).toMatch(/requirements-\d+\.txt:3: .*(allows more than numpy<2\.0|nobody knows)/);
});

test("the project itself, glued and quoted includes, and a last line that goes on are read as pip reads them", async () => {
  const inner = file("numpy>=2\n", "has blanks.txt");
  const fails = [
    `-r "${inner}"`,
    `-r${inner}`,
    `--requirement=${inner}`,
    "# a note \\\nnumpy>=2",
    "numpy>=2 \\",
  ];
  for (const line of fails)
    expect((await look(`${fine}${line}\n`)).summary).toContain("numpy>=2 allows more");
  expect((await look(`${fine}numpy>=2 \\`)).summary).toContain("numpy>=2 allows more");
  const project = await look(`${fine}numpy<2\n-e .\n-e .[dev]\n.\n..\n./inner[gpu]\n`);
  expect(project).toMatchObject({ status: "pass" });
  const remote = await look(`${fine}numpy<2\n-r https://example.org/more.txt\n`);
  expect(remote.summary).toContain("includes https://example.org/more.txt, which is not read here");
});

test("a forbidden backport fails by file and line, under any spelling of its name", async () => {
  const finding = await look(`${fine}numpy<2\npathlib==1.0.1\nConfigParser\n`);
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain(":4 names pathlib");
  expect(finding.summary).toContain(":5 names configparser");
  expect(finding.remedy).toContain("take pathlib out");
});

test("included files count, by their own place, and constraints narrow what is installed", async () => {
  const included = file("numpy\n");
  const constraints = file("numpy<2\ntyping==3.7\n");
  expect(await look(`${fine}-r ${included}\n`)).toMatchObject({ status: "fail" });
  expect(await look(`${fine}-r ${included}\n-c ${constraints}\n`)).toMatchObject({ status: "pass" });
  expect(await look(`${fine}--requirement=${file("typing\n")}\nnumpy<2`)).toMatchObject({ status: "fail" });
});

test("files that include each other end", async () => {
  const [one, other] = [join(folder, "one.txt"), join(folder, "other.txt")];
  file(`-r ${other}\nnumpy<2\n`, "one.txt");
  file(`-r one.txt\n${fine}`, "other.txt");
  expect(await pythonRequirements({ file: one, ...rules })).toMatchObject({ status: "pass" });
});

test("a package that is limited and named nowhere warns: another may bring any version", async () => {
  const finding = await look(fine);
  expect(finding).toMatchObject({ status: "warn" });
  expect(finding.summary).toContain("numpy is named nowhere");
});

test("what is no requirement, and a file that is not there, fail", async () => {
  const finding = await look(`${fine}numpy<2\nscikit learn\n`);
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain(":4 is no requirement");
  const absent = await pythonRequirements({ file: join(folder, "absent.txt"), ...rules });
  expect(absent).toMatchObject({ status: "fail" });
  expect(absent.summary).toContain("absent.txt");
});

test("a call without a rule, or with one that is none, is refused", () => {
  expect(() => pythonRequirements.with({ file: "x" })).toThrow("not right");
  expect(() => pythonRequirements.with({ file: "x", limit: "numpy" })).toThrow("not right");
  expect(() => pythonRequirements.with({ file: "x", limit: "numpy<two" })).toThrow("not right");
});

test("versions order as PEP 440 has it", () => {
  const ordered = [
    "1.0.dev1",
    "1.0a1.dev1",
    "1.0a1",
    "1.0b2",
    "1.0rc1",
    "1.0",
    "1.0.post1",
    "1.0.1",
    "1.1",
    "1!0.1",
  ];
  const parsed = ordered.map((text) => version(text));
  const shuffled = parsed.toReversed().sort(compareVersions);
  expect(shuffled).toEqual(parsed);
  expect(compareVersions(version("1.0"), version("1.0.0"))).toBe(0);
  expect(compareVersions(version("v1.0-1"), version("1.0.post1"))).toBe(0);
  expect(parseVersion("1.0.x")).toBeUndefined();
});

const anyVersion = fc
  .tuple(fc.nat(3), fc.nat(3), fc.constantFrom("", "a1", "rc1", ".post1", ".dev1"))
  .map(([major, minor, suffix]) => `${major}.${minor}${suffix}`);
const anyClause = fc
  .tuple(fc.constantFrom("<", "<=", ">", ">=", "==", "!=", "~="), anyVersion)
  .map(([operator, text]) => `${operator}${text}`);
const anyRange = fc.array(anyClause, { maxLength: 3 }).map((clauses) => clauses.join(","));

test("what lies within a range is allowed by it, whatever is pinned", () => {
  fc.assert(
    fc.property(anyRange, anyRange, anyVersion, (own, limit, pin) => {
      const [one, other, only] = [range(own), range(limit), range(`==${pin}`)];
      // A pin that fits the narrower range must fit the wider one.
      if (isWithin(one, other) && isWithin(only, one)) expect(isWithin(only, other)).toBe(true);
      expect(isWithin(one, range(""))).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

function version(text: string): Version {
  const parsed = parseVersion(text);
  if (parsed === undefined) throw new Error(`${text} is no version`);
  return parsed;
}

function range(text: string): Range {
  const parsed = parseRange(text);
  if (parsed === undefined) throw new Error(`${text} is no range`);
  return parsed;
}
