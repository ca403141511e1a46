/** How a service is told from outside to go wrong, so that every safeguard of a deployment can be seen at work. */
export type Misbehaviour =
  | { readonly kind: "none" }
  | { readonly kind: "never-healthy" }
  | { readonly kind: "crash-on-start" }
  | { readonly kind: "crash-after"; readonly seconds: number }
  | { readonly kind: "slow-start"; readonly seconds: number }
  | { readonly kind: "errors-after"; readonly requests: number }
  | { readonly kind: "wrong-release" }
  | { readonly kind: "out-of-memory" }
  | { readonly kind: "failing-migration" }
  | { readonly kind: "hanging-migration" };

const plain = [
  "never-healthy",
  "crash-on-start",
  "wrong-release",
  "out-of-memory",
  "failing-migration",
  "hanging-migration",
] as const;

const counted = ["crash-after", "slow-start", "errors-after"] as const;

/** Reads a value such as `crash-after=5`; throws with the list of what is understood when it is none of them. */
export function parseMisbehaviour(text: string): Misbehaviour {
  const value = text.trim();
  if (value === "" || value === "none") return { kind: "none" };
  const simple = plain.find((kind) => kind === value);
  if (simple) return { kind: simple };
  return parseCounted(value);
}

function parseCounted(value: string): Misbehaviour {
  const [name, number = ""] = value.split("=", 2);
  const kind = counted.find((known) => known === name);
  if (!kind || !/^\d+(\.\d+)?$/.test(number)) throw new Error(unknownMessage(value));
  const amount = Number(number);
  return kind === "errors-after" ? { kind, requests: amount } : { kind, seconds: amount };
}

function unknownMessage(value: string): string {
  const known = [...plain, ...counted.map((kind) => `${kind}=<number>`)].join(", ");
  return `MISBEHAVE is "${value}", which is none of: ${known}`;
}
