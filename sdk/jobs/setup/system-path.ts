const systemFolders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/**
 * The PATH with the administrator's folders in it. cron's has none of them, and both dockerd and dpkg
 * refuse to work without the programs there.
 */
export function systemPath(): string {
  const own = (process.env["PATH"] ?? "").split(":").filter((folder) => folder !== "");
  return [...own, ...systemFolders.filter((folder) => !own.includes(folder))].join(":");
}

/** Where a program is, the administrator's folders included, or null. */
export function whereIs(program: string): string | null {
  return Bun.which(program, { PATH: systemPath() });
}
