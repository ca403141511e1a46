import { dirname, resolve } from "node:path";
import { readText } from "../../sdk/core/files/index.ts";
import { parseRange, type Range } from "./range.ts";

/** One package that a requirements file names. */
export interface Requirement {
  /** Normalised by PEP 503: "Scikit_Learn" is "scikit-learn". */
  name: string;
  /** The versions that it allows; undefined for one that comes from an address, whose version nobody knows. */
  range: Range | undefined;
  /** As it is written, without comment and hashes. */
  text: string;
  file: string;
  line: number;
  /** Whether it stands in a constraints file (`-c`), which installs nothing by itself. */
  constraint: boolean;
}

/** What a set of requirements files says. */
export interface Requirements {
  requirements: Requirement[];
  /** Lines of which nobody knows what they install: what is wrong with each, and where. */
  unreadable: string[];
}

export function normalised(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}

/**
 * Reads requirements files as pip does, those that they include too, each once.
 *
 * @throws the file system's own error for a file that is not there.
 */
export function readRequirements(files: readonly string[]): Requirements {
  const seen = new Set<string>();
  const found: Requirements = { requirements: [], unreadable: [] };
  const read = (file: string, constraint: boolean): void => {
    const key = `${constraint} ${file}`;
    if (seen.has(key)) return;
    seen.add(key);
    for (const { text, line } of logicalLines(readText(file))) {
      const place = `${file}:${line}`;
      const include = includeOf(text);
      if (include !== undefined) {
        if (URL.canParse(include.path))
          found.unreadable.push(`${place} includes ${include.path}, which is not read here`);
        else read(resolve(dirname(file), include.path), constraint || include.constraint);
        continue;
      }
      if (/^-/.test(text) && !/^(-e|--editable)\b/.test(text)) continue;
      const requirement = parseRequirement(text.replace(/^(-e|--editable)(\s*=\s*|\s+)/, ""));
      if (requirement === undefined) found.unreadable.push(`${place} is no requirement`);
      else found.requirements.push({ ...requirement, text, file, line, constraint });
    }
  };
  for (const file of files) read(resolve(file), false);
  return found;
}

/** The file that a line includes, with or without quotes. Whatever stands behind the flag is one: none is passed over. */
function includeOf(text: string): { path: string; constraint: boolean } | undefined {
  const [, flag = "", path] =
    /^(-r|-c|--requirement(?=[\s=])|--constraint(?=[\s=]))\s*=?\s*(.*)$/.exec(text) ?? [];
  if (path === undefined) return undefined;
  return { path: path.replace(/^(["'])(.*)\1$/, "$2"), constraint: /^--?c/.test(flag) };
}

/** The lines without comments and hashes; a backslash at the end goes on in the next one, but for a comment's. */
function logicalLines(text: string): { text: string; line: number }[] {
  const lines: { text: string; line: number }[] = [];
  let open: { text: string; line: number } | undefined;
  // Also what goes on at the end of the file has its end there.
  for (const [index, raw] of `${text.replace(/^\uFEFF/, "")}\n`.split(/\r?\n/).entries()) {
    const goesOn = raw.endsWith("\\") && !/^\s*#/.test(raw);
    const part = (goesOn ? raw.slice(0, -1) : raw).replace(/(^|\s)#.*$/, "");
    open = { text: `${open?.text ?? ""}${part}`, line: open?.line ?? index + 1 };
    if (goesOn) continue;
    const whole = open.text.replaceAll(/\s--(hash|config-settings?|global-option)[=\s]\S+/g, "").trim();
    if (whole !== "") lines.push({ text: whole, line: open.line });
    open = undefined;
  }
  return lines;
}

const named = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(.*)$/s;

/** PEP 508: a name, extras, versions or an address, and a marker. What comes from an address may name itself by `#egg=`. */
function parseRequirement(text: string): Pick<Requirement, "name" | "range"> | undefined {
  const egg = /[#&]egg=([A-Za-z0-9._-]+)/.exec(text)?.[1];
  if (/^(?:[a-z+]+:|\.{0,2}\/|~\/|\.{1,2}(?:\[|$))/i.test(text) || /^\S+\.(?:whl|tar\.gz|zip)$/.test(text)) {
    const wheel = /([^/\s]+?)-(\d[^-/]*)-[^/\s]*\.whl/.exec(text);
    const name = egg ?? wheel?.[1] ?? "an unnamed package";
    return { name: normalised(name), range: wheel === null ? undefined : parseRange(`==${wheel[2]}`) };
  }
  const [, name, rest = ""] = named.exec(text) ?? [];
  if (name === undefined) return undefined;
  if (rest.startsWith("@")) {
    const wheel = /-(\d[^-/]*)-[^/\s]*\.whl/.exec(rest)?.[1];
    return { name: normalised(name), range: wheel === undefined ? undefined : parseRange(`==${wheel}`) };
  }
  const [versions = ""] = rest.split(";");
  const range = parseRange(versions.trim().replace(/^\((.*)\)$/, "$1"));
  return range === undefined ? undefined : { name: normalised(name), range };
}
