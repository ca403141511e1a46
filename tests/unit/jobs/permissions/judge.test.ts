import { expect, test } from "bun:test";
import type { Hazard, Rule } from "../../../../sdk/jobs/permissions/policy/rule.ts";
import { judge, type Wanted } from "../../../../sdk/jobs/permissions/scan/judge.ts";
import type { Self } from "../../../../sdk/jobs/permissions/scan/self.ts";
import { type Attributes, emptyAttributes } from "../../../../sdk/systems/tree/index.ts";

const root: Self = { uid: 0, groups: new Set([0]), mayChown: true, mayChangeOthers: true, root: true };
const user: Self = {
  uid: 500,
  groups: new Set([500, 600]),
  mayChown: false,
  mayChangeOthers: false,
  root: false,
};

const rule = (changes: Partial<Rule> = {}, also: Hazard[] = []): Rule => ({
  name: "rule",
  origin: "policy",
  paths: [],
  except: [],
  uid: 1,
  gid: 1,
  directoryMode: 0o755,
  fileMode: 0o644,
  also: new Set(also),
  onlyItself: false,
  ...changes,
});

const file = (changes: Partial<Attributes> = {}): Attributes => ({
  ...emptyAttributes(),
  kind: "file",
  mode: 0o644,
  uid: 1,
  gid: 1,
  links: 1,
  ...changes,
});

function judged(of: Rule, found: Attributes, self: Self = root) {
  const wanted: Wanted = { uid: -1, gid: -1, mode: -1, denied: false };
  return { judgement: judge(of, found, self, wanted), ...wanted };
}

test.each<[string, Rule, Attributes, string]>([
  ["as it is to be", rule(), file(), "right"],
  ["of another owner", rule(), file({ uid: 2 }), "change"],
  ["of another mode", rule(), file({ mode: 0o600 }), "change"],
  [
    "about which the rule says nothing",
    rule({ uid: undefined, gid: undefined, fileMode: undefined }),
    file({ uid: 9, mode: 0o1 }),
    "right",
  ],
  ["a link", rule(), file({ kind: "symlink", uid: 9 }), "link"],
  ["with two names, and right", rule(), file({ links: 2 }), "right"],
  ["with two names, and wrong", rule(), file({ links: 2, uid: 9 }), "hard-links"],
  ["with two names, which the rule allows", rule({}, ["hard-links"]), file({ links: 2, uid: 9 }), "change"],
  ["that runs as its owner", rule(), file({ mode: 0o4644 }), "setuid"],
  ["that runs as its group", rule(), file({ mode: 0o2755 }), "setuid"],
  ["a pipe", rule(), file({ kind: "special", uid: 9 }), "special-files"],
])("a file %s", (_, of, found, expected) => {
  expect(judged(of, found).judgement).toBe(expected as ReturnType<typeof judge>);
});

test("a folder keeps its special bits, unless the rule has some of its own", () => {
  const folder = file({ kind: "directory", mode: 0o2700, links: 5 });
  expect(judged(rule(), folder).mode).toBe(0o2755);
  expect(judged(rule({ directoryMode: 0o1777 }), folder).mode).toBe(0o1777);
});

test("without rights it does what it may, and says that something is left", () => {
  const own = judged(rule(), file({ uid: 500, gid: 500, mode: 0o600 }), user);
  expect(own).toEqual({ judgement: "change", uid: 500, gid: 500, mode: 0o644, denied: true });
  const group = judged(rule({ uid: undefined, gid: 600 }), file({ uid: 500, gid: 500 }), user);
  expect(group).toMatchObject({ judgement: "change", gid: 600, denied: false });
  const foreign = judged(rule(), file({ uid: 7, mode: 0o600 }), user);
  expect(foreign).toMatchObject({ judgement: "right", denied: true });
  expect(judged(rule(), file(), user)).toMatchObject({ judgement: "right", denied: false });
});
