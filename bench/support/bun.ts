/** Bun as the scripts' shebang starts it. */
export const bun: readonly string[] = [process.execPath, "--no-env-file", "--no-install"];
