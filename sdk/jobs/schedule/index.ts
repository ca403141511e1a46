export {
  installSchedule,
  openScheduling,
  removeSchedule,
  runScheduled,
  type Scheduling,
  showSchedule,
  tellOfFailedUnit,
} from "./actions.ts";
export { assertApplies } from "./applies.ts";
