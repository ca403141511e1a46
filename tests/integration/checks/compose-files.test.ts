// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of Compose and nginx look like those of TypeScript
import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { composeFiles } from "../../../checks/index.ts";
import { composeMounts } from "../../../sdk/systems/docker/index.ts";
import { type Fixture, fixture, nginxImage } from "./fixture.ts";

// The image is built here where nobody has built it before.
setDefaultTimeout(300_000);
beforeAll(nginxImage);

const compose = `
services:
  web:
    image: cell-hub-services:\${TAG:-bookworm}
    environment:
      PASSWORD: \${DB_PASSWORD}
      ENVIRONMENT: \${SWITCHOVER_ENVIRONMENT:?}
    # not \${THIS_ONE}
`;

function look(
  { project, directory, files, envFiles }: Fixture,
  more: { services?: string[]; pulled?: boolean } = {},
) {
  const variables = { SWITCHOVER_ENVIRONMENT: "blue" };
  return composeFiles({ project, directory, files, envFiles, variables, ...more });
}

test("files that Compose accepts, with every variable set, pass", async () => {
  await using on = fixture({ "compose.yml": compose, ".env": "DB_PASSWORD=kX9-2pLw\n" });
  expect(await look(on, { services: ["web"] })).toMatchObject({ status: "pass" });
});

test("a variable that is nowhere fails, though Compose only mentions it", async () => {
  await using on = fixture({ "compose.yml": compose, ".env": "OTHER=1\n" });
  const finding = await look(on);
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain(`DB_PASSWORD is not set (${on.files[0]}:6)`);
  expect(finding.remedy).toContain(".env");
});

test("a variable that is set to nothing fails, which Compose does not even mention", async () => {
  await using on = fixture({ "compose.yml": compose, ".env": "DB_PASSWORD=\n" });
  const finding = await look(on);
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("DB_PASSWORD is set to nothing");
});

test("what an included file wants and nobody sets fails: Compose mentions it", async () => {
  const files = { "compose.yml": "include: [more.yml]\n", "more.yml": compose.replace("web:", "more:") };
  await using on = fixture({ ...files, ".env": "TAG=bookworm\n" });
  const finding = await look(on, { services: [] });
  expect(finding).toMatchObject({ status: "fail" });
  expect(finding.summary).toContain("DB_PASSWORD is not set");
});

test("a password with a dollar sign that Compose takes for a variable fails, and no piece of it is shown", async () => {
  await using on = fixture({ "compose.yml": compose, ".env": "DB_PASSWORD=kX9$pLanted\n" });
  const finding = await look(on);
  expect(finding).toMatchObject({ status: "fail" });
  expect(finding.summary).toContain("DB_PASSWORD refers to a variable that is set nowhere");
  expect(JSON.stringify(finding)).not.toContain("pLanted");
});

test("a variable of this shell alone is a warning: a timer runs without it", async () => {
  await using on = fixture({ "compose.yml": compose, ".env": "OTHER=1\n" });
  process.env["DB_PASSWORD"] = "kX9-2pLw";
  const finding = await look(on).finally(() => delete process.env["DB_PASSWORD"]);
  expect(finding.status).toBe("warn");
  expect(finding.summary).toContain("DB_PASSWORD comes from this shell");
  expect(JSON.stringify(finding)).not.toContain("kX9-2pLw");
  on.write(".env", "DB_PASSWORD=\n");
  process.env["DB_PASSWORD"] = "kX9-2pLw";
  const overruled = await look(on).finally(() => delete process.env["DB_PASSWORD"]);
  expect(overruled.summary).toContain("DB_PASSWORD is set to nothing");
});

test("without env files, the .env beside the Compose file counts, as it does for Compose", async () => {
  await using on = fixture({ "compose.yml": compose, ".env": "DB_PASSWORD=kX9-2pLw\n" });
  expect(await look({ ...on, envFiles: [] })).toMatchObject({ status: "pass" });
});

test("a file that Compose refuses fails in Compose's words, cleared of secrets", async () => {
  await using on = fixture({
    "compose.yml": 'services:\n  web:\n    image: w\n    ports: ["${PORT_TOKEN}:80"]\n',
    ".env": "PORT_TOKEN=pLanted-s3cret\n",
  });
  const finding = await look(on);
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain("Compose refuses");
  expect(JSON.stringify(finding)).not.toContain("pLanted-s3cret");
});

test("a service that does not exist fails, and those that do are told", async () => {
  await using on = fixture({ "compose.yml": compose, ".env": "DB_PASSWORD=kX9-2pLw\n" });
  const finding = await look(on, { services: ["web", "backend"] });
  expect(finding.summary).toContain("has no service backend");
  expect(finding.evidence).toEqual({ unknown: ["backend"], known: ["web"] });
});

test("a missing Compose file and a missing env file fail by name", async () => {
  await using on = fixture({ "compose.yml": compose });
  const absent = await look({ ...on, files: [on.path("absent.yml")] });
  expect(absent.summary).toContain("there is no Compose file");
  const noEnv = await look({ ...on, envFiles: [on.path(".env.blue")] });
  expect(noEnv).toMatchObject({ status: "fail", evidence: { code: "ENV_FILE_UNREADABLE" } });
});

test("an image that is not here warns, unless the deployment pulls it", async () => {
  await using on = fixture({ "compose.yml": compose, ".env": "DB_PASSWORD=kX9-2pLw\nTAG=absent\n" });
  const finding = await look(on);
  expect(finding.status).toBe("warn");
  expect(finding.remedy).toContain("docker pull cell-hub-services:absent");
  expect(await look(on, { pulled: true })).toMatchObject({ status: "pass" });
});

test("a build context and a Dockerfile that are missing fail by their path", async () => {
  const text = (build: string) => `services:\n  web:\n    image: web:1\n    build: ${build}\n`;
  await using on = fixture({ "compose.yml": text("./web"), "web/Dockerfile": "FROM scratch\n" });
  expect(await look(on)).toMatchObject({ status: "pass" });
  on.write("compose.yml", text("./elsewhere"));
  expect((await look(on)).summary).toContain(`the build context ${on.path("elsewhere")} of web is missing`);
  on.write("compose.yml", text("{ context: web, dockerfile: docker/Dockerfile }"));
  const finding = await look(on);
  expect(finding.status).toBe("fail");
  expect(finding.summary).toContain(`the Dockerfile ${on.path("web/docker/Dockerfile")} of web is missing`);
  on.write("compose.yml", text("https://example.org/repository.git"));
  expect(await look(on)).toMatchObject({ status: "pass" });
});

test("a folder with a dollar sign in its name is found, as what is built and as what is mounted", async () => {
  const text = `
services:
  web:
    build: ./it$$HOME
    volumes: ["./it$$HOME:/data"]
`;
  await using on = fixture({ "compose.yml": text, "it$HOME/Dockerfile": "FROM scratch\n" });
  expect(await look(on, { services: ["web"] })).toMatchObject({ status: "pass" });
  expect(await composeMounts(on, { deadlineMs: 30_000 })).toEqual([
    { source: on.path("it$HOME"), target: "/data" },
  ]);
});
