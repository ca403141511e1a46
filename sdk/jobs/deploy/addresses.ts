import type { Configuration } from "../../core/config/index.ts";
import type { Environment, Release } from "../../core/release/index.ts";
import type { DirectAddress, FrontDoorAddress } from "../../platforms/index.ts";
import { type Desk, storeOf } from "./desk.ts";

type Whose = Pick<Desk, "configuration" | "platform">;

/** Where the services of a release answer in an environment, past the proxy; see `ofRelease`. */
export function directAddresses(
  whose: Whose,
  environment: Environment,
  release: string | undefined,
): readonly DirectAddress[] {
  return ofRelease(whose, whose.platform.direct(environment), release);
}

/** Where users reach the services of a release; see `ofRelease`. */
export function frontDoorAddresses(whose: Whose, release: string | undefined): readonly FrontDoorAddress[] {
  return ofRelease(whose, whose.platform.frontDoor(), release);
}

/** What was configured since is asked of no older release. Where it is not known what one was made of, everything is. */
function ofRelease<A extends DirectAddress>(
  { configuration }: Whose,
  addresses: readonly A[],
  release: string | undefined,
): readonly A[] {
  const images = release === undefined ? undefined : imagesOf(configuration, release);
  if (images === undefined) return addresses;
  const own = addresses.filter(({ service }) => images[service] !== undefined);
  return own.length === 0 ? addresses : own;
}

/** A file that cannot be read is no reason to leave a release in service, nor to doubt one that answers. */
function imagesOf(configuration: Configuration, release: string): Release["images"] | undefined {
  try {
    return storeOf(configuration).releases.find(release)?.images;
  } catch {
    return undefined;
  }
}
