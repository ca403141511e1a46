import { cString, openLibc } from "../../sdk/core/libc/index.ts";

/** Exchanges each pair of names that it is given, again and again, until standard input ends or a minute is over. */
const { renameat2 } = openLibc({ renameat2: { args: ["int", "ptr", "int", "ptr", "u32"], returns: "int" } });
const [workingDirectory, exchange, longestMs] = [-100, 2, 60_000];
const names = process.argv.slice(2).map(cString);

let ended = false;
void Bun.stdin.text().then(() => {
  ended = true;
});
const started = performance.now();
let swaps = 0;
while (!ended && performance.now() - started < longestMs) {
  for (let round = 0; round < 100; round += 1) {
    for (let at = 0; at + 1 < names.length; at += 2) {
      const [one, other] = [names[at], names[at + 1]];
      if (one === undefined || other === undefined) continue;
      if (renameat2(workingDirectory, one, workingDirectory, other, exchange) === 0) swaps += 1;
    }
  }
  await Bun.sleep(0);
}
process.stdout.write(`${swaps}`);
