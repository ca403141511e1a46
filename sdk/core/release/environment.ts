export const environments = ["blue", "green"] as const;

export type Environment = (typeof environments)[number];

/** The other of the two environments. */
export function other(environment: Environment): Environment {
  return environment === "blue" ? "green" : "blue";
}
