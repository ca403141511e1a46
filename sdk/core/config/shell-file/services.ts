import type { ConfigurationInput } from "../schema.ts";
import { present, type ShellValues, seconds } from "./values.ts";

export type ServiceInput = ConfigurationInput["services"][number];

/**
 * The services that both environments have, by the lists of their containers and by their ports. What only one of the
 * lists names is left out: an environment that is to take the other's place has the same parts.
 */
export function servicesOf(values: ShellValues): ServiceInput[] {
  const listed = listedServices(values);
  const names = new Set([...listed.keys(), ...withPorts(values)]);
  const timeout = seconds(values.count("HEALTH_CHECK_TIMEOUT"));
  return [...names].map((name) => {
    const ports = portsOf(name, values);
    const composeService = listed.get(name);
    const health = ports === undefined || timeout === undefined ? undefined : { timeout };
    // The page is what the frontend is there for, whatever its old configuration says.
    const frontDoorPath = name === "frontend" && ports !== undefined ? "/" : undefined;
    return { name, ...present({ composeService, ports, health, frontDoorPath }) };
  });
}

/** Each service's name without its colour, and the pattern of its name in the Compose files. */
function listedServices(values: ShellValues): Map<string, string> {
  const green = new Set(values.words("GREEN_SERVICES")?.map((name) => patternOf(name, "green")));
  const patterns = (values.words("BLUE_SERVICES") ?? [])
    .map((name) => patternOf(name, "blue"))
    .filter((pattern) => green.has(pattern));
  return new Map(patterns.map((pattern) => [nameOf(pattern), pattern]));
}

function patternOf(service: string, color: "blue" | "green"): string {
  return service.replace(color, "{environment}");
}

function nameOf(pattern: string): string {
  return pattern.replace("{environment}", "").replaceAll(/^[-_.]+|[-_.]+$/g, "");
}

function withPorts(values: ShellValues): string[] {
  return values.names.flatMap((key) => {
    const name = /^(?:BLUE|GREEN)_([A-Z][A-Z0-9_]*)_PORT$/.exec(key)?.[1];
    return name === undefined ? [] : [name.toLowerCase().replaceAll("_", "-")];
  });
}

function portsOf(name: string, values: ShellValues): { blue: number; green: number } | undefined {
  const key = name.toUpperCase().replaceAll(/[-.]/g, "_");
  const [blue, green] = [values.count(`BLUE_${key}_PORT`), values.count(`GREEN_${key}_PORT`)];
  if (blue === undefined && green === undefined) return undefined;
  if (blue === undefined) throw values.fault(`GREEN_${key}_PORT`, `BLUE_${key}_PORT is missing beside it`);
  if (green === undefined) throw values.fault(`BLUE_${key}_PORT`, `GREEN_${key}_PORT is missing beside it`);
  return { blue, green };
}
