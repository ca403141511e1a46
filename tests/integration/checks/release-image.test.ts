import { expect, test } from "bun:test";
import { releaseImage } from "../../../checks/index.ts";
import { docker } from "../../../sdk/systems/docker/index.ts";
import { goesOn, openProject } from "../systems/docker/containers.ts";

const options = { deadlineMs: 60_000 };

test("containers of the labelled image pass; an old one, and one without the label, fail", async () => {
  await using project = openProject();
  const plain = await project.start("plain", [], goesOn);
  const label = "org.opencontainers.image.version";
  const image = `${project.name}:r2`;
  await docker(["container", "commit", "--change", `LABEL ${label}=r2`, plain.id, image], options);
  const labels = ["--label", `com.docker.compose.project=${project.name}`];
  const run = ["container", "run", "--detach", ...labels, "--label", "com.docker.compose.service=worker"];
  // What is put onto the container proves nothing: that is how one would be mistaken for another.
  const mislabelled = [...labels, "--label", `${label}=r2`, "--label", "com.docker.compose.service=other"];
  await docker([...run, image], options);
  await project.start("other-plain", mislabelled, goesOn);
  try {
    const look = (service: string, release: string) =>
      releaseImage({ project: project.name, services: [service], release });
    expect(await look("worker", "r2")).toMatchObject({ status: "pass" });
    expect((await look("worker", "r3")).summary).toContain("runs from release r2, not r3");
    expect((await look("other", "r2")).summary).toContain(`has no label ${label}`);
  } finally {
    await project[Symbol.asyncDispose]();
    await docker(["image", "rm", "--force", image], options);
  }
});
