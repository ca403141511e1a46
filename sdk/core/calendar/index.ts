export { type ClockTime, type Days, everyDay, weekdayNames } from "./days.ts";
export { lastRun, longestGapMs, nextRuns, skippedDays } from "./runs.ts";
export { parseTimetable, type Timetable, timetableForms } from "./timetable.ts";
export { type Opening, openingOf, parseWindow, type Window, windowForms } from "./window.ts";
