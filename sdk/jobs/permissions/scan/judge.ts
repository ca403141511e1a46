import type { Attributes } from "../../../systems/tree/index.ts";
import type { Rule } from "../policy/rule.ts";
import type { Self } from "./self.ts";

export type Judgement = "right" | "link" | "change" | "hard-links" | "setuid" | "special-files";

/** How a file is to be. One object is filled again for every file. */
export interface Wanted {
  uid: number;
  gid: number;
  mode: number;
  /** Whether some of what the rule says needs more rights than this process has. */
  denied: boolean;
}

const specialBits = 0o7000;
const setIdBits = 0o6000;

/** What is to become of a file under a rule; `wanted` says how, where it is to be changed or some of it may not be. */
export function judge(rule: Rule, found: Attributes, self: Self, wanted: Wanted): Judgement {
  if (found.kind === "symlink") return "link";
  wanted.uid = rule.uid ?? found.uid;
  wanted.gid = rule.gid ?? found.gid;
  wanted.mode = modeFor(rule, found);
  wanted.denied = false;
  if (isAs(found, wanted)) return "right";
  if (found.kind === "special" && !rule.also.has("special-files")) return "special-files";
  if (found.kind === "file") {
    if (found.links > 1 && !rule.also.has("hard-links")) return "hard-links";
    if ((found.mode & setIdBits) !== 0 && !rule.also.has("setuid")) return "setuid";
  }
  if (!self.root) withoutRights(found, self, wanted);
  return isAs(found, wanted) ? "right" : "change";
}

/** A folder's special bits (its group is handed down, only owners may remove) stay, unless the rule has some of its own. */
function modeFor({ directoryMode, fileMode }: Rule, { kind, mode }: Attributes): number {
  const wanted = kind === "directory" ? directoryMode : fileMode;
  if (wanted === undefined) return mode;
  const keepsOwn = kind === "directory" && (wanted & specialBits) === 0;
  return keepsOwn ? wanted | (mode & specialBits) : wanted;
}

function isAs(found: Attributes, { uid, gid, mode }: Wanted): boolean {
  return found.uid === uid && found.gid === gid && found.mode === mode;
}

/** Takes out of `wanted` what the kernel would refuse this process. */
function withoutRights(found: Attributes, self: Self, wanted: Wanted): void {
  const own = found.uid === self.uid;
  if (wanted.uid !== found.uid && !self.mayChown) {
    wanted.uid = found.uid;
    wanted.denied = true;
  }
  if (wanted.gid !== found.gid && !self.mayChown && !(own && self.groups.has(wanted.gid))) {
    wanted.gid = found.gid;
    wanted.denied = true;
  }
  if (wanted.mode !== found.mode && !own && !self.mayChangeOthers) {
    wanted.mode = found.mode;
    wanted.denied = true;
  }
}
