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
  /** The events in their order, until the holder lets go. A daemon that goes away is listened to again when it is back. */
  events: AsyncGenerator<ContainerEvent>;
}

/** A daemon that is away is tried again after this time. */
const betweenAttemptsMs = 250;

/** Listens to what happens from now on to the containers that carry this label. */
export function containerEvents(label: string, value: string): ContainerEvents {
  const argv = [
    // Until the daemon has been reached things happen, too.
    ...["docker", "events", "--format", "{{json .}}", "--since", (Date.now() / 1_000).toFixed(3)],
    ...["--filter", "type=container", "--filter", `label=${label}=${value}`],
  ];
  const letGo = new AbortController();
  let following: Following | undefined = follow(argv);
  async function* events(): AsyncGenerator<ContainerEvent> {
    while (following !== undefined && !letGo.signal.aborted) {
      for await (const line of following.lines) {
        const event = parsed(line);
        if (event !== undefined) yield event;
      }
      if (letGo.signal.aborted) return;
      await Bun.sleep(betweenAttemptsMs);
      following = letGo.signal.aborted ? undefined : follow(argv);
    }
  }
  return {
    events: events(),
    async [Symbol.asyncDispose]() {
      letGo.abort();
      await following?.[Symbol.asyncDispose]();
    },
  };
}

/** A daemon that goes away may leave half a line behind. */
function parsed(line: string): ContainerEvent | undefined {
  const event = eventSchema.safeParse(asJson(line)).data;
  return event && { containerId: event.Actor.ID, action: event.Action, attributes: event.Actor.Attributes };
}

function asJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
