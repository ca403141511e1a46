import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nextRuns, parseTimetable } from "../../../../sdk/core/calendar/index.ts";
import { calendarsOf } from "../../../../sdk/jobs/schedule/units.ts";
import { untilPasses } from "../../../support/until.ts";
import { config, type Machine, startMachine } from "./machine.ts";

let machine: Machine;
beforeAll(async () => {
  machine = await startMachine();
}, 120_000);
afterAll(() => machine[Symbol.asyncDispose]());

/** Half a day away in UTC: nothing becomes due while the tests run, and what was missed was missed long ago. */
const awayHour = String((new Date().getUTCHours() + 12) % 24).padStart(2, "0");
const away = `${awayHour}:00`;
const schedule = { backup: away, maintenance: "Sun 02:00 Europe/Prague" };
beforeEach(() => machine.configure({ schedule }));

/** The crontab as bytes, one character each. */
async function crontab(): Promise<string> {
  const { stdout } = await machine.run(["sh", "-c", "crontab -l 2>/dev/null | base64 -w0"]);
  return Buffer.from(stdout, "base64").toString("latin1");
}

async function setCrontab(bytes: string): Promise<void> {
  const encoded = Buffer.from(bytes, "latin1").toString("base64");
  const { exitCode, stderr } = await machine.run(["sh", "-c", `echo ${encoded} | base64 -d | crontab -`]);
  expect([stderr, exitCode]).toEqual(["", 0]);
}

const foreign =
  "MAILTO=ops@example.org\n# \xe9\xff not UTF-8, and a tab\there  \n\n15 3 * * * /usr/bin/true \\%x | tr -d '\\r'\n@reboot /bin/true\n";

test("cron: the real crontab takes the lines, and foreign ones stay byte for byte", async () => {
  await setCrontab(foreign);
  const dry = await machine.schedule("install", "--as", "cron", "--dry-run");
  expect(dry.exitCode).toBe(0);
  expect(dry.stdout).toContain("*/5 * * * * /usr/bin/env PATH=");
  expect(await crontab()).toBe(foreign);

  expect(await machine.schedule("install", "--as", "cron")).toMatchObject({ exitCode: 0 });
  const installed = await crontab();
  expect(installed).toStartWith(`${foreign}# BEGIN switchover cell-hub /srv/hub\n`);
  expect(installed).toEndWith("# END switchover cell-hub /srv/hub\n");
  const again = await machine.schedule("install", "--as", "cron", "--json");
  expect(JSON.parse(again.stdout).result.changes).toBe(false);
  expect(await crontab()).toBe(installed);

  const twice = await machine.schedule("install", "--as", "systemd");
  expect([twice.exitCode, twice.stderr]).toEqual([
    2,
    expect.stringContaining("error[SCHEDULE_TWICE] cron runs the jobs already"),
  ]);
  expect(await machine.schedule("show")).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("installed: cron\n"),
  });
  machine.configure({ schedule: { backup: "03:00" } });
  const differs = await machine.schedule("show");
  expect([differs.exitCode, differs.stderr]).toEqual([
    1,
    "warning: crontab is not as the configuration wants it\n",
  ]);

  expect(await machine.schedule("remove")).toMatchObject({ exitCode: 0 });
  expect(await crontab()).toBe(foreign);
  expect(await machine.schedule("show")).toMatchObject({
    exitCode: 1,
    stderr: "warning: nothing is installed\n",
  });
});

test("cron: a crontab that is not shown as it is stays as it is", async () => {
  await setCrontab("15 3 * * * /usr/bin/true\r\n");
  const { exitCode, stderr } = await machine.schedule("install", "--as", "cron");
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining("ends with a carriage return")]);
  const { stdout } = await machine.run(["tail", "-n", "1", "/var/spool/cron/crontabs/root"]);
  expect(stdout).toBe("15 3 * * * /usr/bin/true\r\n");
  await machine.run(["crontab", "-r"]);
});

test("cron: a line, run as cron runs it, asks whether its job is due, and makes up for a missed night once", async () => {
  machine.configure({
    schedule: { maintenance: away },
    maintenance: { window: `Sun ${away}-${awayHour}:01` },
  });
  await machine.schedule("install", "--as", "cron");
  const line = (await crontab()).split("\n").find((text) => text.startsWith("*/5"));
  const command = line?.split(" ").slice(5).join(" ").replaceAll("\\%", "%") ?? "";
  const asCron = () =>
    machine.run([
      "env",
      "-i",
      "HOME=/root",
      "LOGNAME=root",
      "SHELL=/bin/sh",
      "PATH=/usr/bin:/bin",
      "/bin/sh",
      "-c",
      command,
    ]);
  const log = () => readFileSync(join(machine.root, "logs/schedule.log"), "utf8");
  const record = () =>
    JSON.parse(readFileSync(join(machine.root, ".switchover/schedule/maintenance.json"), "utf8"));

  expect(await asCron()).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
  expect(log()).toBe("");
  const missed = `{"since":"2026-01-01T02:00:00.000Z","exitCode":0,"attempts":1}`;
  await machine.run(["sh", "-c", `echo '${missed}' > /srv/hub/.switchover/schedule/maintenance.json`]);
  await asCron();
  expect(record().attempts).toBe(1);
  expect(record().exitCode).toBeNumber();
  const ran = log();
  expect(ran).toContain("maintenance: ");
  await asCron();
  expect(log()).toBe(ran);
  await machine.schedule("remove");
  await machine.run(["crontab", "-r"]);
});

test("cron: what was missed before it was installed again is not made up for; what nobody begins is shown", async () => {
  const old = `{"since":"2026-01-01T02:00:00.000Z","exitCode":0,"attempts":1}`;
  const setRecord = () =>
    machine.run([
      "sh",
      "-c",
      `mkdir -p /srv/hub/.switchover/schedule; echo '${old}' > /srv/hub/.switchover/schedule/backup.json`,
    ]);
  await setRecord();
  await machine.run(["rm", "-f", "/srv/hub/logs/schedule.log"]);
  expect(await machine.schedule("install", "--as", "cron")).toMatchObject({ exitCode: 0 });
  const record = await machine.run(["cat", "/srv/hub/.switchover/schedule/backup.json"]);
  expect(record.stdout).not.toContain("2026-01-01");
  expect((await machine.run(["stat", "-c", "%a", "/srv/hub/logs/schedule.log"])).stdout).toBe("600\n");
  expect(await machine.schedule("show")).toMatchObject({ exitCode: 0 });

  await setRecord();
  const { exitCode, stderr } = await machine.schedule("show");
  expect([exitCode, stderr]).toEqual([
    1,
    expect.stringMatching(
      new RegExp(`^warning: backup is due since \\S+ ${away} UTC, and was not begun: see whether cron`),
    ),
  ]);
  await machine.schedule("remove");
  await machine.run(["crontab", "-r"]);
});

test("systemd: timers that are installed anew make up for nothing, and one that was stopped is shown", async () => {
  const backup = "switchover-cell-hub-backup";
  const stamp = `/var/lib/systemd/timers/stamp-${backup}.timer`;
  await machine.run(["sh", "-c", `mkdir -p /var/lib/systemd/timers; touch -d 2026-01-01 ${stamp}`]);
  expect(await machine.schedule("install")).toMatchObject({ exitCode: 0 });
  const began = ["systemctl", "show", `${backup}.service`, "-p", "ExecMainStartTimestampMonotonic"];
  expect((await machine.run(began)).stdout).toBe("ExecMainStartTimestampMonotonic=0\n");
  expect(await machine.schedule("show")).toMatchObject({ exitCode: 0 });

  await machine.run(["systemctl", "stop", `${backup}.timer`]);
  await machine.run(["systemctl", "disable", "switchover-cell-hub-maintenance.timer"]);
  const { exitCode, stderr } = await machine.schedule("show");
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`warning: ${backup}.timer is inactive: it starts nothing\n`);
  expect(stderr).toMatch(/maintenance\.timer is disabled: it starts nothing after the machine has restarted/);
  expect(await machine.schedule("install")).toMatchObject({ exitCode: 0 });
  expect(await machine.schedule("show")).toMatchObject({ exitCode: 0 });
  await machine.schedule("remove");
});

test("systemd: a user's timers end when the user logs out, which is said; that the user may have no crontab is no hindrance", async () => {
  chmodSync(machine.root, 0o755);
  const made = `useradd --create-home bob; echo root > /etc/cron.allow
    units=/home/bob/.config/systemd/user; mkdir -p $units
    echo '# written by ./scripts/schedule.ts for /srv/hub, which replaces this file whole' > $units/switchover-cell-hub-backup.timer
    chown -R bob /home/bob`;
  await machine.run(["sh", "-c", made]);
  const asBob = (...args: string[]) => {
    const bob = ["setpriv", "--reuid", "bob", "--regid", "bob", "--init-groups", "env", "HOME=/home/bob"];
    return machine.run([...bob, "/srv/switchover/scripts/schedule.ts", ...args, "--config", config]);
  };
  const shown = await asBob("show");
  expect([shown.exitCode, shown.stderr]).toEqual([
    1,
    expect.stringContaining("the timers of bob run only while bob is logged in: loginctl enable-linger bob"),
  ]);
  await machine.run(["sh", "-c", "mkdir -p /var/lib/systemd/linger; touch /var/lib/systemd/linger/bob"]);
  expect((await asBob("show")).stderr).not.toContain("logged in");
  expect(await asBob("install", "--as", "systemd", "--dry-run")).toMatchObject({ exitCode: 0 });
  await machine.run(["rm", "/etc/cron.allow"]);
});

test("systemd: a run that is killed, or out of time, is told to others, for it could not tell so itself", async () => {
  const told = join(machine.root, "told");
  const listen = `Bun.serve({ port: 7777, hostname: "127.0.0.1", async fetch(request) {
    const { pathname } = new URL(request.url);
    const [, why] = (await request.text()).split("\\n");
    require("node:fs").appendFileSync("/srv/hub/told", pathname + " " + why + "\\n");
    return new Response("ok");
  } })`;
  await machine.run(["systemd-run", "/usr/local/bin/bun", "-e", listen]);
  writeFileSync(join(machine.root, "ping"), "http://127.0.0.1:7777/p\n", { mode: 0o600 });
  const endless = `if (process.argv[1]?.endsWith("maintenance.ts")) await new Promise((go) => setTimeout(go, 90_000));`;
  const keys = (timeout: string) => ({
    schedule: { maintenance: away, timeout },
    notify: { ping: { maintenance: { urlFile: "/srv/hub/ping" } } },
  });
  const service = "switchover-cell-hub-maintenance.service";
  const lines = () => (existsSync(told) ? readFileSync(told, "utf8").trim().split("\n") : []);

  machine.configure(keys("1h"), endless);
  expect(await machine.schedule("install")).toMatchObject({ exitCode: 0 });
  await machine.run(["systemctl", "start", service]);
  await machine.run(["systemctl", "kill", "--signal=KILL", service]);
  await untilPasses(() => expect(lines()).toEqual(["/p/fail systemd saw it fail: signal (KILL)"]), 30_000);

  machine.configure(keys("2s"), `process.on("SIGTERM", () => process.exit(130));\n${endless}`);
  expect(await machine.schedule("install")).toMatchObject({ exitCode: 0 });
  await machine.run(["systemctl", "start", service]);
  await untilPasses(() => expect(lines().at(-1)).toBe("/p/fail systemd saw it fail: timeout (130)"), 30_000);
  await machine.schedule("remove");
}, 90_000);

test("systemd: real timers, which systemd finds nothing wrong with", async () => {
  expect(await machine.schedule("install")).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining("systemd runs them now"),
  });
  const unit = "switchover-cell-hub-maintenance";
  const verified = await machine.run([
    "systemd-analyze",
    "verify",
    `/etc/systemd/system/${unit}.timer`,
    `/etc/systemd/system/${unit}.service`,
  ]);
  expect([verified.stderr, verified.exitCode]).toEqual(["", 0]);
  const shown = await machine.run(["systemctl", "show", `${unit}.service`, "-p", "RuntimeMaxUSec,ExecStart"]);
  expect(shown.stdout).toContain("RuntimeMaxUSec=4h\n");
  expect(shown.stdout).toContain(`/srv/switchover/scripts/maintenance.ts --config ${config} ;`);
  const { stdout } = await machine.run(["systemctl", "list-timers", "--no-legend", "switchover-*"]);
  expect(stdout.match(/switchover-cell-hub-(backup|maintenance)\.timer/g)?.toSorted()).toEqual([
    "switchover-cell-hub-backup.timer",
    "switchover-cell-hub-maintenance.timer",
  ]);
  const enabled = await machine.run(["systemctl", "is-enabled", `${unit}.timer`]);
  expect(enabled.stdout).toBe("enabled\n");
});

test("systemd: what the configuration names no more is taken out, with what runs it; foreign units stay", async () => {
  machine.configure({ schedule: { backup: "02:30 Europe/Prague" } });
  const changed = await machine.schedule("install", "--as", "systemd");
  expect(changed.stderr).toContain(
    "02:30 Europe/Prague does not exist on 2027-03-28 in Europe/Prague: systemd skips it",
  );
  const timers = async () =>
    (await machine.run(["systemctl", "list-timers", "--all", "--no-legend", "switchover-*"])).stdout;
  expect(await timers()).not.toContain("maintenance");
  expect(await machine.schedule("show")).toMatchObject({ exitCode: 0 });
  await machine.run(["sh", "-c", "echo '[Timer]' > /etc/systemd/system/switchover-cell-hub-upload.timer"]);
  machine.configure({ schedule: { upload: "02:00" } });
  const refused = await machine.schedule("install", "--as", "systemd");
  expect([refused.exitCode, refused.stderr]).toEqual([
    1,
    expect.stringContaining("was not written for this project"),
  ]);
  expect(await machine.schedule("remove")).toMatchObject({ exitCode: 0 });
  const { stdout } = await machine.run(["sh", "-c", "ls /etc/systemd/system | grep switchover"]);
  expect(stdout).toBe("switchover-cell-hub-upload.timer\n");
  expect(await timers()).toBe("");
});

test("systemd goes off when the timetable says so, in every zone", async () => {
  const base = new Date("2027-02-01T00:00:00Z");
  // Times between two and three o'clock are left out: systemd skips those that the clock jumps over.
  const texts = [
    "01:15",
    "Sun 04:00 Europe/Prague",
    "Mon-Fri 00:30,13:05 America/New_York",
    "first Sun 01:00",
    "third Wed 23:59 Asia/Kolkata",
    "last Fri 05:00 Pacific/Chatham",
  ];
  const count = 30;
  for (const text of texts) {
    const timetable = parseTimetable(text);
    if (timetable === undefined) throw new Error(text);
    const argv = [
      "systemd-analyze",
      "calendar",
      `--base-time=${base.toISOString().slice(0, 19).replace("T", " ")} UTC`,
      `--iterations=${count}`,
    ];
    const { stdout } = await machine.run([...argv, ...calendarsOf(timetable)], { env: { TZ: "UTC" } });
    const times = [...stdout.matchAll(/(?:elapse|Iter\. #\d+): \w+ (\S+) (\S+) UTC/g)].map(
      ([, day, time]) => `${day}T${time}.000Z`,
    );
    const ours = nextRuns(timetable, base, count).map((run) => run.toISOString());
    expect({ text, times: times.toSorted().slice(0, count) }).toEqual({ text, times: ours });
  }
});

test("maintenance that is scheduled outside of its window would never do anything, and is refused", async () => {
  const window = "Sun 02:00-04:00";
  machine.configure({ schedule: { maintenance: "Sat 02:00" }, maintenance: { window } });
  const { exitCode, stderr } = await machine.schedule("install", "--as", "systemd");
  expect([exitCode, stderr]).toEqual([
    2,
    expect.stringContaining("is scheduled for Sat 02:00, and may work only Sun 02:00-04:00"),
  ]);
  machine.configure({ schedule: { maintenance: "02:00" }, maintenance: { window: `first ${window}` } });
  expect(await machine.schedule("install", "--as", "systemd", "--dry-run")).toMatchObject({ exitCode: 0 });
});

test("a time zone in a spelling that systemd does not know is refused before anything is written", async () => {
  for (const zone of ["europe/prague", "+02:00"]) {
    machine.configure({ schedule: { backup: `02:00 ${zone}` } });
    const { exitCode, stderr } = await machine.schedule("install", "--as", "systemd");
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining(`systemd does not understand the time *-*-* 02:00:00 ${zone}`),
    ]);
  }
  const { stdout } = await machine.run([
    "find",
    "/etc/systemd/system",
    "-name",
    "switchover-cell-hub-backup*",
  ]);
  expect(stdout).toBe("");
});

test("a configuration that schedules nothing, and a job that there is not, are refused", async () => {
  machine.configure({ schedule: {} });
  expect((await machine.schedule("install")).stderr).toContain("error[SCHEDULE_EMPTY]");
  expect((await machine.schedule("run", "backups")).stderr).toContain("there is no job backups");
});
