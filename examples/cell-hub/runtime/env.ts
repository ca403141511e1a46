/** An environment variable that the service cannot do without. */
export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

/** An environment variable that holds a number, or the default. */
export function numeric(name: string, otherwise: number): number {
  const text = process.env[name];
  if (!text) return otherwise;
  const value = Number(text);
  if (!Number.isFinite(value)) throw new Error(`${name} is "${text}", which is not a number`);
  return value;
}
