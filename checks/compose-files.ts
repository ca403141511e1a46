import { existsSync } from "node:fs";
import { z } from "zod";
import type { Look } from "../sdk/core/finding/index.ts";
import { imageFaults } from "./compose/images.ts";
import { readModel } from "./compose/model.ts";
import { readVariables } from "./compose/variables.ts";
import { judgeVariables } from "./compose-files/judge-variables.ts";
import { referencesBeside } from "./compose-files/references.ts";
import { defineCheck } from "./define.ts";
import { type Fault, lookOf } from "./faults.ts";
import { composeOptions, within } from "./options.ts";

/** Whether Compose takes its files as they are, every variable of them is set, and every service exists. */
export const composeFiles = defineCheck({
  id: "compose-files",
  title: "Compose files",
  summary: "Whether Compose takes its files as they are, and every variable of them is set",
  example: "--project shop --files docker-compose.yml --directory .",
  deadline: "30s",
  options: z.strictObject({
    ...composeOptions,
    services: z.array(z.string()).default([]).describe("The services that must exist in them."),
    pulled: z
      .boolean()
      .default(false)
      .describe("Whether images that are not here will be pulled, so that their absence is no fault."),
  }),
  look: async (options, context): Promise<Look> => {
    const missing = options.files.filter((file) => !existsSync(file));
    if (missing.length > 0) {
      return {
        status: "fail",
        summary: `there is no Compose file ${missing.join(", ")}`,
        remedy: `mend the files of the Compose project ${options.project} in the configuration`,
        evidence: { missing },
      };
    }
    const variables = readVariables(options);
    const references = referencesBeside(options.files, context);
    const model = await readModel(options, variables, within(context));
    if (!model.accepted) {
      return {
        status: "fail",
        summary: `Compose refuses ${options.files.join(", ")}: ${model.said}`,
        remedy: "mend the file, or the variables that it names",
        evidence: { files: options.files },
      };
    }
    const unknown = options.services.filter((service) => !(service in model.services));
    if (unknown.length > 0) {
      return {
        status: "fail",
        summary: `the Compose project ${options.project} has no service ${unknown.join(", ")}`,
        remedy: "mend services, or their composeService, in the configuration",
        evidence: { unknown, known: Object.keys(model.services) },
      };
    }
    const look = judgeVariables(await references, variables, model.unset);
    return withFaults(look, await imageFaults(model.services, options, within(context)));
  },
});

/** The finding about the variables, and what is wrong with the images beside it. */
function withFaults(look: Look, faults: readonly Fault[]): Look {
  const { status, summary, remedy = "", evidence = {} } = look;
  const own: Fault[] = status === "warn" || status === "fail" ? [{ status, says: summary, remedy }] : [];
  return lookOf([...own, ...faults], { good: summary, evidence: { ...evidence, images: faults } });
}
