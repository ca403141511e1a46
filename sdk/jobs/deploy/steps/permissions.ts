import { done, notConfigured, type Step, skipped } from "../step.ts";

/** Has owners and modes put right. Nothing is put back when a later step fails: what is right stays right. */
export const permissions: Step = {
  name: "permissions",
  run: async ({ permissions: job }, work) => {
    const put = await job.put(work);
    if ("detail" in put) return done(put.detail);
    return put.configured ? skipped(put.nothing) : notConfigured(put.nothing);
  },
};
