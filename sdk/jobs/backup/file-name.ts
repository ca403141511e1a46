/** A name as a part of a file's name: anything but letters, digits and `_.-` becomes `_`, and `number` keeps two apart. */
export function fileNameFor(number: number, name: string, ending: string): string {
  const safe = name.replaceAll(/[^A-Za-z0-9_.-]/g, "_").slice(0, 80);
  return `${String(number).padStart(2, "0")}-${safe}.${ending}`;
}
