import { notConfigured, type Step } from "../step.ts";

/** Permissions are put right by a job of its own, which this version does not have. */
export const permissions: Step = {
  name: "permissions",
  run: async () => notConfigured("this version does not change permissions"),
};
