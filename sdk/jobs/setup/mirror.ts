import { Failure } from "../../core/errors/index.ts";
import { succeed } from "../../core/process/index.ts";

/** One place that apt takes packages from. */
export interface PackageSource {
  uri: string;
  release: string;
  component: string;
}

const format = "$(REPO_URI)|$(RELEASE)|$(COMPONENT)";

/** Reads `apt-get indextargets`, which knows both ways of writing sources down. */
function parseIndexTargets(text: string): PackageSource[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [uri = "", release = "", component = ""] = line.split("|");
      return { uri: uri.replace(/\/$/, ""), release, component };
    });
}

/**
 * Where this machine's apt takes packages from, whatever its configuration looks like. Without release
 * information, for otherwise apt names only sources whose lists it has, and a fresh machine has none.
 */
export async function machineSources(): Promise<PackageSource[]> {
  const argv = ["apt-get", "indextargets", "--no-release-info", "--format", format, "Created-By: Packages"];
  return parseIndexTargets(await succeed(argv, { deadlineMs: 30_000 }));
}

function isArchive({ uri, release, component }: PackageSource): boolean {
  return /^https?:/.test(uri) && component === "main" && /^[a-z]+$/.test(release);
}

/** The mirror of Debian's main archive, among the machine's sources. */
export function archiveMirror(sources: readonly PackageSource[]): string {
  const archive = sources.find(isArchive);
  if (archive !== undefined) return archive.uri;
  throw new Failure("TOOL_MISSING", {
    message: "this machine's apt knows no mirror of Debian",
    why: "apt-get indextargets names no http source with the component main",
    remedy: "add Debian's archive to apt's sources, then run again",
  });
}

/** The lines of a sources.list for bookworm with its updates and security fixes, from the machine's mirrors. */
export function bookwormSources(sources: readonly PackageSource[]): string[] {
  const archive = archiveMirror(sources);
  const security = sources.find(({ release, uri }) => /^https?:/.test(uri) && release.endsWith("-security"));
  return [
    `deb ${archive} bookworm main`,
    `deb ${archive} bookworm-updates main`,
    ...(security === undefined ? [] : [`deb ${security.uri} bookworm-security main`]),
  ];
}
