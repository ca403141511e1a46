import type { Report } from "../report.ts";
import { github } from "./github.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown.ts";

export type Format = "junit" | "github" | "markdown";

export const formats: Record<Format, (report: Report) => string> = { junit, github, markdown };
