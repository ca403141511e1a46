import { messageOf } from "../../../core/errors/index.ts";
import { containersMounting } from "../../../systems/docker/index.ts";

const lookMs = 20_000;

/** What a person has to do about containers that go on seeing the old one. */
export async function mountRemarks(target: string): Promise<string[]> {
  try {
    const names = await containersMounting(target, { deadlineMs: lookMs });
    return names.map(
      (name) => `${name} sees the old ${target} until it is restarted: docker restart ${name}`,
    );
  } catch (thrown) {
    return [`whether a container goes on seeing the old ${target} cannot be told: ${messageOf(thrown)}`];
  }
}
