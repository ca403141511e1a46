import { $ as zx } from "zx/core";

/**
 * The shell of whoever sits at the REPL: await $`docker logs ${name} 2>&1 | grep -c error`. What is put in is quoted, a
 * pipe fails where any part of it does, and a command that fails is an answer, too. Only here: everything else goes
 * through core/process, which knows no shell.
 */
export const $ = zx({ verbose: false, nothrow: true });
