import { expect, test } from "bun:test";
import { handing } from "../../../../sdk/platforms/docker-host/steering.ts";

test("ordinary variables go by name, whatever they hold", () => {
  const ordinary = { DB_PASSWORD: "a=b #c", PEM: "one\ntwo", PGOPTIONS: "-c lock_timeout=5s" };
  expect(handing(ordinary)).toEqual({ env: ordinary, lines: [], refused: [] });
});

test.each([
  "DOCKER_HOST",
  "DOCKER_CONFIG",
  "LD_PRELOAD",
  "LD_LIBRARY_PATH",
  "HTTP_PROXY",
  "no_proxy",
  "GODEBUG",
  "SSL_CERT_FILE",
  "BASH_ENV",
])("%s goes by a file: it would steer docker itself", (name) => {
  expect(handing({ [name]: "there" })).toEqual({ env: {}, lines: [`${name}=there`], refused: [] });
  expect(handing({ [name]: "two\nlines" })).toEqual({ env: {}, lines: [], refused: [name] });
});
