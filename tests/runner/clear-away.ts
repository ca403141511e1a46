import { asFailure } from "../../sdk/core/errors/index.ts";
import { removeLeftBehind } from "./left-behind.ts";

/**
 * Removes, and tells, what tests and benchmarks that were ended by force have left. Another run may clear the same away at this
 * moment: that what is left cannot be removed keeps nothing from being run.
 */
export async function clearAway(say: (line: string) => void): Promise<void> {
  const whose = "left by tests or benchmarks that were ended by force";
  try {
    const { gone, stayed } = await removeLeftBehind();
    if (gone.length > 0) say(`removed, ${whose}: ${gone.join(", ")}`);
    if (stayed.length > 0) say(`${whose}, and not to be removed: ${stayed.join(", ")}`);
  } catch (thrown) {
    const { message, why } = asFailure(thrown);
    say(`not removed, ${whose}: ${message}; ${why ?? ""}`);
  }
}
