/**
 * Writes weights/model_final.bin: ten little-endian float32, the 3×3 kernel row by row and then the bias. Every number is a
 * fraction with a power of two below the line, so that sums are exact and an answer can be compared to the last digit.
 */
const kernel = [0.0625, 0.125, 0.0625, 0.125, 0.25, 0.125, 0.0625, 0.125, 0.0625];
const bias = -0.5;

const bytes = new DataView(new ArrayBuffer((kernel.length + 1) * 4));
[...kernel, bias].forEach((value, index) => {
  bytes.setFloat32(index * 4, value, true);
});
await Bun.write(new URL("weights/model_final.bin", import.meta.url), bytes.buffer);
