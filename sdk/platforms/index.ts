export type {
  DirectAddress,
  EnvironmentState,
  EnvironmentStates,
  FrontDoorAddress,
  Migration,
  Observation,
  Patience,
  Platform,
  ProxyState,
  ServiceState,
  Staging,
  Trouble,
  Work,
} from "./platform.ts";
export { platformFor } from "./platform-for.ts";
