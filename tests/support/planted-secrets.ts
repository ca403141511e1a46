import { type Dirent, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Secrets with all that env files, URLs, shells and JSON treat in ways of their own. */
const planted = {
  JWT_ACCESS_SECRET: "planted/pass+word%2Fwith&odd=chars?~1",
  JWT_REFRESH_SECRET: `planted "double" $HOME \`tick\` #hash \\back`,
  REDIS_PASSWORD: "planted-ünïcödé-€-2",
} as const;

/** The same, as lines of an env file write them: nothing inside single quotes has a meaning. */
export const plantedQuoted = Object.fromEntries(
  Object.entries(planted).map(([name, secret]) => [name, `'${secret}'`]),
);

/** A program for `bun -e` that prints every planted variable as it is and encoded, and ends badly. */
export const leakingProgram = `
for (const name of ${JSON.stringify(Object.keys(planted))}) {
  const secret = process.env[name] ?? "";
  const base64 = Buffer.from(secret).toString("base64");
  console.error("raw", secret, "percent", encodeURIComponent(secret), "base64", base64, JSON.stringify({ secret }));
  console.error("redis://user:" + encodeURIComponent(secret) + "@host", Buffer.from("user:" + secret).toString("base64"));
}
console.error("no way to go on");
process.exit(7);
`;

/** In which of these texts a planted secret stands, in any form. */
export function leaksIn(texts: Readonly<Record<string, string>>): string[] {
  const forms = Object.values(planted).flatMap((secret) => {
    const base64 = Buffer.from(secret).toString("base64");
    return [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      base64.replace(/=+$/, ""),
      base64.slice(0, -4),
    ];
  });
  return Object.entries(texts).flatMap(([name, text]) =>
    forms.filter((form) => text.includes(form)).map((form) => `${name}: ${form}`),
  );
}

/** Every file below a folder, by its path. */
export function textsBelow(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(files.map((file) => [pathOf(file), readFileSync(pathOf(file), "utf8")]));
}

const pathOf = (file: Dirent) => join(file.parentPath, file.name);
