// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of Compose and nginx look like those of TypeScript
import { expect, test } from "bun:test";
import fc from "fast-check";
import { directivesOf, filesOfDump, fileTests, nginxFlags } from "../../../../sdk/systems/nginx/index.ts";
import { tokens } from "../../../../sdk/systems/nginx/tokens.ts";

const dump = `# configuration file /etc/nginx/nginx.conf:
http {
  # open_file_cache max=1; }
  log_format f '{"a":"$status"}' "it's; {fine}";
  include sites/*.conf;
}
# configuration file /etc/nginx/sites/site.conf:
server {
  set $x "a b";
  set $y http://\${host}:80;
  if (-f /etc/nginx/switch/green) {
    set $environment green;
  }
}
# configuration file /etc/nginx/mime.types:
types { }
`;

function testsOf(text: string) {
  return fileTests(directivesOf(filesOfDump(text)));
}

test("a dump is read with its includes in their places, and quotes and comments are what they are", () => {
  const [http] = directivesOf(filesOfDump(dump));
  expect(http?.name).toBe("http");
  const [format, server] = http?.block ?? [];
  expect(format?.args).toEqual(["f", '{"a":"$status"}', "it's; {fine}"]);
  expect(server?.block.map(({ args }) => args)).toEqual([
    ["$x", "a b"],
    ["$y", "http://${host}:80"],
    ["(-f", "/etc/nginx/switch/green)"],
  ]);
});

test("the switch is found, with its place", () => {
  expect(testsOf(dump)).toEqual([
    {
      path: "/etc/nginx/switch/green",
      file: "/etc/nginx/sites/site.conf",
      line: 4,
      cache: undefined,
    },
  ]);
});

test.each(["(-f /m/green)", "( -f /m/green )", "(-e /m/green)", "(!-f /m/green)", '(-f "/m/green")'])(
  "if %s is a test for a file",
  (condition) => {
    const found = testsOf(`# configuration file /n.conf:\nserver { if ${condition} { return 200; } }`);
    expect(found.map(({ path }) => path)).toEqual(["/m/green"]);
  },
);

test("a relative path starts from the workers' directory, as it does for nginx", () => {
  const path = (head: string, file: string) =>
    testsOf(`# configuration file /n.conf:\n${head} http { server { if (-f ${file}) { return 200; } } }`)[0]
      ?.path;
  expect(path("working_directory /switch;", "green")).toBe("/switch/green");
  expect(path("working_directory /switch;", "/elsewhere/green")).toBe("/elsewhere/green");
  expect(path("", "green")).toBe("green");
});

test("a cache counts where it is in force around the test, and not elsewhere", () => {
  const server = (http: string, inServer: string) =>
    `# configuration file /n.conf:\nhttp { ${http} server { if (-f /m/green) { set $e g; } ${inServer} } }`;
  const cache = (text: string) => testsOf(text)[0]?.cache?.args;
  expect(cache(server("open_file_cache max=10;", ""))).toEqual(["max=10"]);
  expect(cache(server("", "open_file_cache max=5;"))).toEqual(["max=5"]);
  expect(cache(server("open_file_cache max=10;", "open_file_cache off;"))).toBeUndefined();
  expect(cache(server("", "location /assets { open_file_cache max=5; }"))).toBeUndefined();
});

test("the flags that nginx was started with are the test's as well", () => {
  expect(nginxFlags(["/docker-entrypoint.sh", "nginx", "-g", "daemon off;"])).toEqual(["-g", "daemon off;"]);
  expect(nginxFlags(["/usr/sbin/nginx", "-c", "/my.conf", "-q"])).toEqual(["-c", "/my.conf"]);
  expect(nginxFlags(["sh", "-c", "start"])).toEqual([]);
});

test("any text is read to its end, and a file that includes itself too", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => [...tokens(text)].length <= text.length));
  expect(testsOf("# configuration file /n.conf:\ninclude /n.conf;\nif (-f /x) {}")).toHaveLength(1);
});
