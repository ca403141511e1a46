/** The numbers that Bun's JUnit report gives for one test file. */
export interface FileReport {
  file: string;
  passed: number;
  failed: number;
  skipped: number;
  durationMs: number;
}

const suiteOfFile = /^ {2}<testsuite ([^>]*)>/gm;

function attributesOf(tag: string): Map<string, string> {
  return new Map([...tag.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]));
}

function unescaped(text: string): string {
  const named: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text.replaceAll(/&(lt|gt|quot|apos|amp);/g, (whole, name: string) => named[name] ?? whole);
}

/**
 * Reads Bun's JUnit report: its suites one level down are the files, and name their own sums. A number
 * that is not there counts as not-a-number, and the caller sees a report that does not add up.
 */
export function readReport(xml: string): FileReport[] {
  return [...xml.matchAll(suiteOfFile)].map(([, tag = ""]) => {
    const attributes = attributesOf(tag);
    const number = (name: string) => Number(attributes.get(name) ?? Number.NaN);
    const [failed, skipped] = [number("failures"), number("skipped")];
    return {
      file: unescaped(attributes.get("file") ?? ""),
      passed: number("tests") - failed - skipped,
      failed,
      skipped,
      durationMs: number("time") * 1000,
    };
  });
}
