#!/usr/bin/env node
/**
 * node scripts/bootstrap.mjs SCRIPT [ARGS…], SCRIPT being named from the project's top.
 *
 * What `npm run demo` and `npm test` go through on a machine that has nothing but Node and npm: finds Bun or
 * installs it, installs the project's packages, then runs SCRIPT under Bun and ends as it ends.
 * It runs on plain Node, before any package is there, and so uses none.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";

const pinned = "1.4.5";
const oldestAccepted = [1, 4];
const prefix = "/usr/local";
const cronPath = ["/usr/bin", "/bin"];
const cronLink = "/usr/bin/bun";
const installDeadlineMs = 300_000;

const project = path.dirname(import.meta.dirname);
const stamp = path.join(project, "node_modules", ".installed-from");
const installBun = ["npm", "install", "--global", "--prefix", prefix, `bun@${pinned}`];
const installPackages = ["install", "--frozen-lockfile"];

/** Every exit code that this file gives by itself; SCRIPT's own are passed on as they are. */
const exits = { usage: 2, personNeeded: 4 };

class Stop extends Error {
  constructor(exitCode, lines) {
    super(lines.join("\n"));
    this.exitCode = exitCode;
  }
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

function isRoot() {
  return process.getuid?.() === 0;
}

function executable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function which(program, folders) {
  return folders.map((folder) => path.join(folder, program)).find(executable);
}

function searchPath() {
  return (process.env.PATH ?? "").split(path.delimiter).filter((folder) => folder !== "");
}

function versionOf(bun) {
  const answer = spawnSync(bun, ["--version"], { encoding: "utf8", timeout: 10_000 });
  return answer.status === 0 ? answer.stdout.trim() : undefined;
}

function isUsable(version) {
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  const [oldestMajor, oldestMinor] = oldestAccepted;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

/** Runs a command of the set-up; what it prints goes to stderr, for stdout is the script's. */
function runShown(argv, cwd) {
  const ended = spawnSync(argv[0], argv.slice(1), {
    cwd,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, npm_config_update_notifier: "false" },
    timeout: installDeadlineMs,
  });
  return ended.status === 0;
}

/** npm leaves a placeholder that only complains when it was told not to run install scripts. */
function finishInstall(bun) {
  const script = path.join(prefix, "lib/node_modules/bun/install.js");
  if (versionOf(bun) !== undefined || !existsSync(script)) return;
  say("  npm did not run Bun's install script: running it now");
  runShown([process.execPath, script], path.dirname(script));
}

function installedBun(found) {
  const bun = path.join(prefix, "bin/bun");
  if (found !== bun && isUsable(versionOf(bun))) return bun;
  say(`set-up: Bun ${pinned}, which runs every script here, from the npm registry, into ${prefix}`);
  say(`  ${installBun.join(" ")}`);
  const ran = runShown(installBun, "/");
  finishInstall(bun);
  if (isUsable(versionOf(bun))) return bun;
  throw new Stop(exits.personNeeded, [
    `error[TOOL_MISSING] Bun could not be installed${ran ? ": npm succeeded, yet the program does not run" : ""}`,
    "  why: npm's own words are above",
    `  fix: make this succeed, then run again: ${installBun.join(" ")}`,
  ]);
}

function refuseWithoutRoot(found, version) {
  const missing =
    found === undefined ? "Bun is not on the PATH" : `${found} is Bun ${version ?? "of no version"}`;
  throw new Stop(exits.personNeeded, [
    `error[ROOT_NEEDED] ${missing}, and only root can install it for everyone`,
    `  why: every script here runs on Bun ${oldestAccepted.join(".")} or newer`,
    "  fix: run this again as root, or let root run:",
    `    ${installBun.join(" ")}   # Bun, from the npm registry`,
    `    ln -s ${prefix}/bin/bun ${cronLink}   # so that cron finds it`,
  ]);
}

function findBun() {
  const found = which("bun", searchPath());
  const version = found === undefined ? undefined : versionOf(found);
  if (found !== undefined && isUsable(version)) return found;
  if (!isRoot()) refuseWithoutRoot(found, version);
  return installedBun(found);
}

function isDangling(file) {
  try {
    return lstatSync(file).isSymbolicLink() && !existsSync(file);
  } catch {
    return false;
  }
}

/** cron looks in /usr/bin and /bin only; a link there makes the scripts' first line work for it too. */
function showToCron(bun) {
  if (which("bun", cronPath) !== undefined || !isRoot()) return;
  try {
    if (isDangling(cronLink)) unlinkSync(cronLink);
    symlinkSync(bun, cronLink);
    say(`set-up: ${cronLink} now points to ${bun}, so that cron finds Bun too`);
  } catch (thrown) {
    say(
      `set-up: ${cronLink} could not be made (${thrown.message}); jobs in cron need ${path.dirname(bun)} in their PATH`,
    );
  }
}

/** Of what node_modules is made from: the lock file, and the changes made to single packages. */
function sourceHash() {
  const hash = createHash("sha256").update(readFileSync(path.join(project, "bun.lock")));
  const patches = path.join(project, "patches");
  for (const name of existsSync(patches) ? readdirSync(patches).sort() : [])
    hash.update(`\0${name}\0`).update(readFileSync(path.join(patches, name)));
  return hash.digest("hex");
}

function stamped() {
  try {
    return readFileSync(stamp, "utf8").trim();
  } catch {
    return undefined;
  }
}

/**
 * The stamp is written after the installation, and holds what it was made from: an interrupted one is
 * done again, and a newer lock file is noticed whatever the clocks say.
 */
function bringPackages(bun) {
  const wanted = sourceHash();
  if (stamped() === wanted) return;
  say("set-up: the project's packages, from the npm registry, into node_modules, as bun.lock names them");
  if (!runShown([bun, ...installPackages], project)) {
    throw new Stop(exits.personNeeded, [
      "error[TOOL_MISSING] the project's packages could not be installed",
      "  why: Bun's own words are above",
      `  fix: make this succeed in ${project}, then run again: bun ${installPackages.join(" ")}`,
    ]);
  }
  writeFileSync(stamp, `${wanted}\n`);
}

/** A terminal sends its Ctrl-C to the whole foreground group: passed on as well, it would count twice. */
function inForeground() {
  try {
    const fields = readFileSync("/proc/self/stat", "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return fields[2] === fields[5];
  } catch {
    return false;
  }
}

/** Listens before the script is started: one that came between would end this process, and tell the script nothing. */
function passSignals(start) {
  let child;
  for (const signal of ["SIGTERM", "SIGHUP", "SIGQUIT"]) process.on(signal, () => child?.kill(signal));
  process.on("SIGINT", () => {
    if (!inForeground()) child?.kill("SIGINT");
  });
  child = start();
  return child;
}

/**
 * npm starts its scripts through a shell, and a signal to npm ends that shell alone. Whoever stops npm means
 * the script as well: it is told when its grandparent's shell is gone.
 */
function endWithNpm(child) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    child.kill("SIGTERM");
  }, 250);
  child.on("exit", () => clearInterval(watch));
}

/** Where setpriv(1) is there, the kernel tells the script to stop when this process is killed outright. */
function endedWithParent(argv) {
  const setpriv = which("setpriv", searchPath());
  return setpriv === undefined ? argv : [setpriv, "--pdeathsig", "TERM", "--", ...argv];
}

function environmentFor(bun) {
  if (which("bun", searchPath()) === bun) return process.env;
  return { ...process.env, PATH: [path.dirname(bun), ...searchPath()].join(path.delimiter) };
}

function runScript(bun, script, args) {
  const [program, ...rest] = endedWithParent([
    bun,
    "--no-env-file",
    "--no-install",
    path.resolve(project, script),
    ...args,
  ]);
  const child = passSignals(() => spawn(program, rest, { stdio: "inherit", env: environmentFor(bun) }));
  endWithNpm(child);
  child.on("error", (thrown) => {
    say(`error[TOOL_MISSING] ${program} could not be started: ${thrown.message}`);
    process.exitCode = exits.personNeeded;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + (os.constants.signals[signal] ?? 0);
  });
}

function main([script, ...args]) {
  if (script === undefined) throw new Stop(exits.usage, ["usage: node scripts/bootstrap.mjs SCRIPT [ARGS…]"]);
  const bun = findBun();
  showToCron(bun);
  bringPackages(bun);
  runScript(bun, script, args);
}

try {
  main(process.argv.slice(2));
} catch (thrown) {
  if (!(thrown instanceof Stop)) throw thrown;
  say(thrown.message);
  process.exitCode = thrown.exitCode;
}
