import { z } from "zod";
import { type Following, follow } from "../../core/process/index.ts";

const eventSchema = z.object({
  Action: z.string(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()) }),
});

export interface ContainerEvent {
  containerId: string;
  /** Docker's word: "start", "die", "oom", "health_status: healthy" and so on. */
  action: string;
  attributes: Readonly<Record<string, string>>;
}

export interface ContainerEvents extends AsyncDisposable {
  /** The events in their order; ends when the daemon goes away or the holder lets go. */
  events: AsyncGenerator<ContainerEvent>;
}

/** Listens to what happens to the containers that carry this label. Those that happened before are not told. */
export function containerEvents(label: string, value: string): ContainerEvents {
  const following = follow([
    ...["docker", "events", "--format", "{{json .}}"],
    ...["--filter", "type=container", "--filter", `label=${label}=${value}`],
  ]);
  return { events: parsed(following), [Symbol.asyncDispose]: () => following[Symbol.asyncDispose]() };
}

async function* parsed(following: Following): AsyncGenerator<ContainerEvent> {
  for await (const line of following.lines) {
    const event = eventSchema.safeParse(JSON.parse(line));
    if (!event.success) continue;
    const { Action, Actor } = event.data;
    yield { containerId: Actor.ID, action: Action, attributes: Actor.Attributes };
  }
}
