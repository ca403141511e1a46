import { writeFileSync } from "node:fs";

/** Preloaded before a script: when that ends, lists every module that it has loaded. Bun keeps them all in require.cache. */
process.on("exit", () => {
  const list = process.env["LIST_MODULES_IN"];
  if (list !== undefined) writeFileSync(list, JSON.stringify(Object.keys(require.cache)));
});
