const maximumSide = 256;

/** The image of a request body; throws with what is wrong with it. */
export function readImage(body: unknown): number[][] {
  const image = typeof body === "object" && body !== null && "image" in body ? body.image : undefined;
  if (!Array.isArray(image) || image.length < 1 || image.length > maximumSide) throw new Error(expected);
  const rows: unknown[] = image;
  return rows.map((row) => readRow(row, rows[0]));
}

const expected = `expected { "image": rows of equally many numbers }, ${maximumSide} × ${maximumSide} at most`;

function readRow(row: unknown, first: unknown): number[] {
  if (!Array.isArray(row) || !Array.isArray(first) || row.length !== first.length) throw new Error(expected);
  if (row.length < 1 || row.length > maximumSide) throw new Error(expected);
  return row.map((pixel: unknown) => {
    if (typeof pixel !== "number" || !Number.isFinite(pixel)) throw new Error(expected);
    return pixel;
  });
}
