/** The members of a JSON body; none when the body is no JSON object. */
export async function readJson(request: Request): Promise<Record<string, unknown>> {
  const value: unknown = await request.json().catch(() => undefined);
  return typeof value === "object" && value !== null ? { ...value } : {};
}
