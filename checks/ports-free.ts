import { isIP } from "node:net";
import { z } from "zod";
import type { Look } from "../sdk/core/finding/index.ts";
import { type PortHolder, portHolders } from "../sdk/systems/docker/index.ts";
import { type Listener, listeners, ownerOf } from "../sdk/systems/host/index.ts";
import { defineCheck } from "./define.ts";
import { oneOrMore, within } from "./options.ts";

interface Use {
  port: number;
  /** "free", "own", or who else holds it. */
  holder: string;
}

/** Whether the ports that an environment will publish are free, or held by that environment itself. */
export const portsFree = defineCheck({
  id: "ports-free",
  title: "Ports",
  summary: "Whether ports are free, or held by the Compose project that will publish them",
  example: "--port 4001 --port 4008 --project shop-blue",
  deadline: "15s",
  options: z.strictObject({
    port: oneOrMore(z.int().min(1).max(65535)).describe("The TCP ports."),
    address: z
      .string()
      .refine((text) => isIP(text) !== 0, "expected an IP address")
      .default("127.0.0.1")
      .describe("The IP address that they will be published at."),
    project: z.string().optional().describe("The Compose project whose own containers may hold them."),
  }),
  look: async ({ port, address, project }, context): Promise<Look> => {
    const [holders, all] = await Promise.all([
      portHolders(within(context)),
      context.share?.("listening sockets", listeners, context.signal) ?? listeners(),
    ]);
    const listening = all.filter((listener) => meets(listener.address, address));
    const uses = port.map((wanted) => ({
      port: wanted,
      holder: useOf(wanted, address, project, holders, listening),
    }));
    return judge(uses, project);
  },
});

function useOf(
  port: number,
  address: string,
  project: string | undefined,
  holders: readonly PortHolder[],
  listening: readonly Listener[],
): string {
  const container = holders.find(({ published }) =>
    published.some((binding) => binding.port === port && meets(binding.address, address)),
  );
  if (container !== undefined) return nameOf(container, project);
  const listener = listening.find((candidate) => candidate.port === port);
  if (listener === undefined) return "free";
  const owner = ownerOf(listener);
  if (owner === undefined) return "a process that this user may not see";
  // A container in the host's network listens by itself, without a published port.
  const inside = holders.find(({ id }) => id === owner.container);
  return inside === undefined ? `process ${owner.pid} (${owner.name})` : nameOf(inside, project);
}

function nameOf(container: PortHolder, project: string | undefined): string {
  return project !== undefined && container.project === project ? "own" : `the container ${container.name}`;
}

/** Whether two sockets of one port cannot stand side by side at these addresses. */
function meets(one: string, other: string): boolean {
  const everywhere = ["0.0.0.0", "::", ""];
  return one === other || everywhere.includes(one) || everywhere.includes(other);
}

function judge(uses: readonly Use[], project: string | undefined): Look {
  const evidence = { uses };
  const foreign = uses.filter(({ holder }) => holder !== "free" && holder !== "own");
  if (foreign.length > 0) {
    return {
      status: "fail",
      summary: foreign.map(({ port, holder }) => `port ${port} is held by ${holder}`).join("; "),
      remedy: `stop what holds ${foreign.map(({ port }) => port).join(", ")}, or configure other ports`,
      evidence,
    };
  }
  const own = uses.filter(({ holder }) => holder === "own").map(({ port }) => port);
  const free = uses.filter(({ holder }) => holder === "free").map(({ port }) => port);
  const parts = [
    free.length === 0 ? "" : `free: ${free.join(", ")}`,
    own.length === 0 ? "" : `held by ${project} itself: ${own.join(", ")}`,
  ];
  return { status: "pass", summary: parts.filter(Boolean).join("; "), evidence };
}
