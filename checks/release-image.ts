import { z } from "zod";
import type { Look } from "../sdk/core/finding/index.ts";
import { findImage } from "../sdk/systems/docker/index.ts";
import { chosenContainers, chosenOptions, namesContainers, nobodyNamed } from "./containers/chosen.ts";
import { defineCheck } from "./define.ts";
import { within } from "./options.ts";

/** Whether containers run from images that were built as a release: for services that cannot be asked over HTTP. */
export const releaseImage = defineCheck({
  id: "release-image",
  title: "Release of the image",
  summary: "Whether the label of each container's image names this very release",
  example: "--project shop-blue --services worker --release 1.8.3",
  deadline: "20s",
  options: z
    .strictObject({
      ...chosenOptions,
      release: z.string().min(1).describe("The release's id."),
      label: z
        .string()
        .default("org.opencontainers.image.version")
        .describe("The image's label that holds it; what Compose adds to a container does not count."),
    })
    .refine(namesContainers, nobodyNamed),
  look: async ({ release, label, ...chosen }, context): Promise<Look> => {
    const containers = await chosenContainers(chosen, context);
    const judged = await Promise.all(
      containers.map(async ({ name, image }) => ({
        name,
        labelled: (await findImage(image, within(context)))?.labels[label],
      })),
    );
    const faults = judged
      .filter(({ labelled }) => labelled !== release)
      .map(({ name, labelled }) =>
        labelled === undefined
          ? `the image of ${name} has no label ${label}, so its release is unknown`
          : `${name} runs from release ${labelled}, not ${release}`,
      );
    const evidence = { label, release, containers: judged };
    if (faults.length === 0)
      return {
        status: "pass",
        summary: `${judged.map(({ name }) => name).join(", ")} run from release ${release}`,
        evidence,
      };
    return {
      status: "fail",
      summary: faults.join("; "),
      remedy: `label the image when it is built: LABEL ${label}=$SWITCHOVER_RELEASE; look for an old replica`,
      evidence,
    };
  },
});
