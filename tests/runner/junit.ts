/** A test that did not pass. */
export interface FailedTest {
  file: string;
  name: string;
  /** What was expected and what came, or why it ended; empty where the report does not say. */
  message: string;
}

/** What Bun's JUnit report says of one test file. */
export interface FileReport {
  file: string;
  passed: number;
  failed: number;
  skipped: number;
  durationMs: number;
  failedTests: FailedTest[];
}

const suiteOfFile = /^ {2}<testsuite ([^>]*)>(.*?)^ {2}<\/testsuite>/gms;
const failedCase = /<testcase ([^>]*)>\s*<failure ([^>]*)>/g;

function attributesOf(tag: string): Map<string, string> {
  const named = [...tag.matchAll(/([\w-]+)="([^"]*)"/g)];
  return new Map(named.map(([, name = "", value = ""]) => [name, unescaped(value)]));
}

function unescaped(text: string): string {
  const named: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text.replaceAll(/&(?:(lt|gt|quot|apos|amp)|#(\d+));/g, (whole, name = "", code = "") =>
    code === "" ? (named[name] ?? whole) : String.fromCodePoint(Number(code)),
  );
}

function failedTestsOf(file: string, cases: string): FailedTest[] {
  return [...cases.matchAll(failedCase)].map(([, test = "", failure = ""]) => ({
    file,
    name: attributesOf(test).get("name") ?? "",
    message: attributesOf(failure).get("message") ?? "",
  }));
}

/**
 * Reads Bun's JUnit report: its suites one level down are the files, and name their own sums. A number
 * that is not there counts as not-a-number, and the caller sees a report that does not add up.
 */
export function readReport(xml: string): FileReport[] {
  return [...xml.matchAll(suiteOfFile)].map(([, tag = "", cases = ""]) => {
    const attributes = attributesOf(tag);
    const number = (name: string) => Number(attributes.get(name) ?? Number.NaN);
    const [failed, skipped] = [number("failures"), number("skipped")];
    const file = attributes.get("file") ?? "";
    return {
      file,
      passed: number("tests") - failed - skipped,
      failed,
      skipped,
      durationMs: number("time") * 1000,
      failedTests: failedTestsOf(file, cases),
    };
  });
}
