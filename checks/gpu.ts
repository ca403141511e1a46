import { z } from "zod";
import { shownBytes } from "../sdk/core/config/index.ts";
import type { CheckContext, Look } from "../sdk/core/finding/index.ts";
import { type Completed, run } from "../sdk/core/process/index.ts";
import { execute } from "../sdk/systems/docker/index.ts";
import { type Chosen, chosenContainers, chosenOptions } from "./containers/chosen.ts";
import { defineCheck } from "./define.ts";
import { bytes, within } from "./options.ts";
import { lastWords } from "./words.ts";

const question = ["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader,nounits"];

/** Whether there is an NVIDIA GPU that works, in containers or on this machine. */
export const gpu = defineCheck({
  id: "gpu",
  title: "GPU",
  summary: "Whether the NVIDIA driver shows a GPU, inside of containers or on this machine",
  example: "--container shop-blue-ml-1 --memory 8GB",
  deadline: "30s",
  options: z.strictObject({
    ...chosenOptions,
    minimum: z.int().positive().default(1).describe("How many GPUs there must be."),
    memory: bytes().default(0).describe("The memory that each of so many must have."),
  }),
  look: async ({ minimum, memory, ...chosen }, context): Promise<Look> => {
    const places = await ask(chosen, context);
    const judged = places.map((place) => judge(place, minimum, memory));
    const faults = judged.flatMap(({ fault }) => fault ?? []);
    const evidence = { places: judged };
    if (faults.length === 0)
      return {
        status: "pass",
        summary: judged
          .map(({ where, gpus }) => `${where}: ${gpus.map(({ name }) => name).join(", ")}`)
          .join("; "),
        evidence,
      };
    return {
      status: "fail",
      summary: faults.join("; "),
      remedy:
        "see whether the driver works (nvidia-smi on this machine), and whether the container is given the GPU: the NVIDIA container toolkit, and `deploy.resources.reservations.devices` in its Compose file",
      evidence,
    };
  },
});

interface Place {
  where: string;
  answer: Pick<Completed, "exitCode" | "stdout" | "stderr">;
}

async function ask(chosen: Chosen, context: CheckContext): Promise<Place[]> {
  if (chosen.container === undefined && chosen.project === undefined) {
    if (Bun.which("nvidia-smi") === null) return [{ where: "this machine", answer: noDriver }];
    return [{ where: "this machine", answer: await run(question, within(context)) }];
  }
  const containers = await chosenContainers(chosen, context);
  return Promise.all(
    containers.map(async ({ id, name }) => ({
      where: name,
      answer: await execute(id, question, within(context)),
    })),
  );
}

const noDriver = { exitCode: 127, stdout: "", stderr: "there is no nvidia-smi" };

function judge({ where, answer }: Place, minimum: number, memory: number) {
  if (answer.exitCode !== 0) {
    const said = lastWords(answer.stderr || answer.stdout, 1);
    return {
      where,
      gpus: [],
      fault: `no GPU in ${where}: nvidia-smi exited ${answer.exitCode}, saying "${said}"`,
    };
  }
  const gpus = answer.stdout.trim().split("\n").flatMap(asGpu);
  const enough = gpus.filter((one) => memory === 0 || one.memory >= memory);
  if (enough.length >= minimum) return { where, gpus, fault: undefined };
  const wanted = `${minimum} ${memory === 0 ? "" : `with ${shownBytes(memory)} `}wanted`;
  return { where, gpus, fault: `${enough.length} GPUs in ${where}, and ${wanted}` };
}

/** A line such as `NVIDIA A10, 23028`: the memory is in MiB. "No devices were found" comes with exit code 0, too. */
function asGpu(line: string): { name: string; memory: number }[] {
  const [name = "", mebibytes] = line.split(/,\s*(?=[^,]*$)/);
  return mebibytes === undefined ? [] : [{ name, memory: Number(mebibytes) * 2 ** 20 }];
}
