import { z } from "zod";
import { daemon, findImage } from "../sdk/systems/docker/index.ts";
import { namedImageFaults } from "./compose/images.ts";
import { defineCheck } from "./define.ts";
import { type Fault, lookOf } from "./faults.ts";
import { oneOrMore, within } from "./options.ts";

/** Whether images are on this host, for its kind of processor, and with the content that they should have. */
export const imagePlatform = defineCheck({
  id: "image-platform",
  title: "Images",
  summary: "Whether images are here, for this kind of machine, and with the content they should have",
  example: "--image redis:7.4 --platform linux/amd64",
  deadline: "15s",
  options: z.strictObject({
    image: oneOrMore(z.string()).describe("The images, by name, id or digest."),
    platform: z
      .string()
      .optional()
      .describe(
        'What they must be built for, such as "linux/arm64"; what the daemon runs on when not named.',
      ),
    digest: z
      .string()
      .regex(/^sha256:[0-9a-f]{64}$/, "expected sha256: and 64 hexadecimal digits")
      .optional()
      .describe("The content that each must have: its id, or its digest in its registry."),
  }),
  look: async ({ image, platform, digest }, context) => {
    const limits = within(context);
    const wanted = platform ?? (await daemon(limits)).platform;
    const looks = await Promise.all(
      image.map(async (name) => [
        ...(await namedImageFaults(name, { platform: wanted, absence: "fail" }, limits)),
        ...(digest === undefined ? [] : await contentFaults(name, digest, limits)),
      ]),
    );
    const good = `${image.join(", ")} ${image.length === 1 ? "is" : "are"} here, for ${wanted}`;
    return lookOf(looks.flat(), { good, evidence: { images: image, platform: wanted, digest } });
  },
});

async function contentFaults(
  name: string,
  digest: string,
  limits: { deadlineMs: number; signal: AbortSignal },
): Promise<Fault[]> {
  const found = await findImage(name, limits);
  if (found === undefined || found.id === digest) return [];
  if (found.digests.some((one) => one.endsWith(`@${digest}`))) return [];
  const says = `the image ${name} is ${found.digest ?? found.id}, and not ${digest}`;
  return [
    {
      status: "fail",
      says,
      remedy: `pull it by its content, or find out who has tagged another one ${name}`,
    },
  ];
}
