import { afterAll, afterEach, beforeAll, beforeEach } from "bun:test";
import type { ContainerClient } from "@azure/storage-blob";
import type { Remote } from "../../sdk/systems/azure/index.ts";
import { type Azurite, startAzurite } from "./azurite.ts";
import { type Gate, openGate } from "./gate.ts";
import { type RemoteWish, remoteIn } from "./remote.ts";

/** What tests of copies work with: one account for their file; for each test, a new container in it, and a gate before it. */
export interface AzureScene {
  readonly azurite: Azurite;
  readonly container: ContainerClient;
  readonly gate: Gate;
  /** The container as a configuration's remote place, by way of the gate unless told. */
  remote(wish?: RemoteWish): Promise<Remote>;
}

/** Called at the top of a test file: what it gives is there within the file's tests. */
export function azureForEachTest(): AzureScene {
  let azurite: Azurite;
  let container: ContainerClient;
  let gate: Gate;
  beforeAll(async () => {
    azurite = await startAzurite();
  });
  afterAll(() => azurite?.[Symbol.asyncDispose]());
  beforeEach(async () => {
    container = await azurite.newContainer();
    gate = await openGate(azurite.endpoint);
  });
  afterEach(() => gate?.[Symbol.asyncDispose]());
  return {
    get azurite() {
      return azurite;
    },
    get container() {
      return container;
    },
    get gate() {
      return gate;
    },
    remote: (wish = {}) => remoteIn(azurite, container.containerName, { endpoint: gate.address, ...wish }),
  };
}
