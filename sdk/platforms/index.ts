export type {
  DirectAddress,
  EnvironmentState,
  FrontDoorAddress,
  Migration,
  Observation,
  Platform,
  ServiceState,
  Trouble,
  Work,
} from "./platform.ts";
export { platformFor } from "./platform-for.ts";
