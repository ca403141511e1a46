import { expect, test } from "bun:test";
import { type Check, type Finding, type Look, runChecks } from "../../../../sdk/core/finding/index.ts";

function check(id: string, look: Check["look"], deadlineMs = 1_000): Check {
  return { id, title: id.toUpperCase(), deadlineMs, look };
}

const pass: Look = { status: "pass", summary: "fine" };

test("findings come in the order of the checks, and are told as they arrive", async () => {
  const arrived: string[] = [];
  const findings = await runChecks(
    [
      check("slow", async () => {
        await Bun.sleep(30);
        return pass;
      }),
      check("quick", async () => pass),
    ],
    { each: (finding: Finding) => arrived.push(finding.id) },
  );
  expect(findings.map(({ id }) => id)).toEqual(["slow", "quick"]);
  expect(arrived).toEqual(["quick", "slow"]);
});

test("they run side by side", async () => {
  const both = Promise.withResolvers<void>();
  const findings = await runChecks([
    check("waits", async () => {
      await both.promise;
      return pass;
    }),
    check("releases", async () => {
      both.resolve();
      return pass;
    }),
  ]);
  expect(findings.map(({ status }) => status)).toEqual(["pass", "pass"]);
});

test("a check that throws, in either way, has failed and costs the others nothing", async () => {
  const findings = await runChecks([
    check("rejects", async () => {
      throw new Error("no such file");
    }),
    check("throws", () => {
      throw new Error("at once");
    }),
    check("works", async () => pass),
  ]);
  expect(findings.map(({ status, summary }) => `${status} ${summary}`)).toEqual([
    "fail could not look: no such file",
    "fail could not look: at once",
    "pass fine",
  ]);
});

test("a check that hangs has failed at its deadline, and is told to stop", async () => {
  let told = false;
  const [finding] = await runChecks([
    check(
      "hangs",
      ({ signal }) => {
        signal.addEventListener("abort", () => {
          told = true;
        });
        return Promise.withResolvers<Look>().promise;
      },
      20,
    ),
  ]);
  expect(finding).toMatchObject({ status: "fail", evidence: {} });
  expect(finding?.summary).toContain("no result within 0.02 s");
  expect(told).toBe(true);
});

test("an interrupt reaches every check", async () => {
  const outer = new AbortController();
  const looks = runChecks(
    [
      check("listens", async ({ signal }) => {
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        throw new Error("stopped");
      }),
    ],
    { signal: outer.signal },
  );
  outer.abort();
  const [finding] = await looks;
  expect(finding?.summary).toBe("could not look: stopped");
});

test("no secret stands in a finding: not what the run knows, what the check has read, nor what shows by its place", async () => {
  const look: Look = {
    status: "fail",
    summary: "the server said run-secret-1 and postgres://u:by-place-3@db/x",
    remedy: "do not use own-secret-2",
    evidence: { said: ["own-secret-2", { deeper: "run-secret-1" }], "run-secret-1": 1 },
  };
  const reads = check("reads", async ({ hide }) => {
    hide("own-secret-2");
    return look;
  });
  const throws = check("throws", async ({ hide }) => {
    hide("own-secret-2");
    throw new Error("cannot log in with own-secret-2");
  });
  const findings = await runChecks([reads, throws], {
    redact: (text) => text.replaceAll("run-secret-1", "[redacted]"),
  });
  expect(findings.map(({ status }) => status)).toEqual(["fail", "fail"]);
  expect(findings[0]?.evidence["said"]).toEqual(["[redacted]", { deeper: "[redacted]" }]);
  expect(JSON.stringify(findings)).not.toMatch(/run-secret-1|own-secret-2|by-place-3/);
});

test("an interruption ends the looks that would not end themselves", async () => {
  const interrupted = new AbortController();
  const hangs = check("hangs", () => Promise.withResolvers<Look>().promise, 3_600_000);
  const findings = runChecks([hangs], { signal: interrupted.signal });
  interrupted.abort();
  expect(await findings).toMatchObject([{ status: "fail", summary: "could not look: interrupted" }]);
});

test("what may take longest begins first, and the findings come in the order of the checks", async () => {
  const begun: string[] = [];
  const checks = [1_000, 3_000, 2_000].map((deadlineMs) => ({
    id: `${deadlineMs}`,
    title: "",
    deadlineMs,
    look: async () => {
      begun.push(`${deadlineMs}`);
      return { status: "pass" as const, summary: "" };
    },
  }));
  const findings = await runChecks(checks);
  expect(begun).toEqual(["3000", "2000", "1000"]);
  expect(findings.map(({ id }) => id)).toEqual(["1000", "3000", "2000"]);
});

test("a check that stands there twice is run twice, and each of its findings is given back", async () => {
  let looks = 0;
  const twice = check("twice", async () => {
    looks += 1;
    return { status: "pass", summary: `look ${looks}` };
  });
  const findings = await runChecks([twice, twice]);
  expect(findings.map(({ summary }) => summary)).toEqual(["look 1", "look 2"]);
});
