const kernelSide = 3;
const weightCount = kernelSide * kernelSide + 1;

export interface Inference {
  readonly cells: number;
  /** Pixels of each cell, in the order in which a reader meets them. */
  readonly areas: number[];
  /** The sum of all activations, exact for whole-numbered pixels. */
  readonly activation: number;
}

/** Finds the cells in a grey image: smooth with the learned kernel, cut at the learned threshold, count what hangs together. */
export class Model {
  private constructor(
    private readonly kernel: readonly number[],
    private readonly bias: number,
    /** The hash of the weights file, so that an answer says which weights it came from. */
    readonly sha256: string,
  ) {}

  /** Reads the weights, and refuses a file that is not one. */
  static async load(path: string): Promise<Model> {
    const bytes = await Bun.file(path).arrayBuffer();
    if (bytes.byteLength !== weightCount * 4)
      throw new Error(`${path} has ${bytes.byteLength} bytes, not ${weightCount * 4}`);
    const view = new DataView(bytes);
    const weights = Array.from({ length: weightCount }, (_, index) => view.getFloat32(index * 4, true));
    return new Model(
      weights.slice(0, -1),
      weights.at(-1) ?? 0,
      Bun.CryptoHasher.hash("sha256", bytes, "hex"),
    );
  }

  infer(image: readonly (readonly number[])[]): Inference {
    const activations = image.map((row, y) => row.map((_, x) => this.activation(image, x, y)));
    const areas = regionSizes(activations.map((row) => row.map((value) => value > 0)));
    const activation = activations.flat().reduce((sum, value) => sum + value, 0);
    return { cells: areas.length, areas, activation };
  }

  private activation(image: readonly (readonly number[])[], x: number, y: number): number {
    return this.kernel.reduce((sum, weight, index) => {
      const row = image[y + Math.floor(index / kernelSide) - 1];
      return sum + weight * (row?.[x + (index % kernelSide) - 1] ?? 0);
    }, this.bias);
  }
}

function regionSizes(mask: boolean[][]): number[] {
  const sizes: number[] = [];
  mask.forEach((row, y) => {
    row.forEach((inside, x) => {
      if (inside) sizes.push(consume(mask, x, y));
    });
  });
  return sizes;
}

/** Counts the region around a pixel and takes it out of the mask. */
function consume(mask: boolean[][], x: number, y: number): number {
  const waiting: [number, number][] = [[x, y]];
  let size = 0;
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [column, line] = next;
    const row = mask[line];
    if (!row?.[column]) continue;
    row[column] = false;
    size += 1;
    waiting.push([column + 1, line], [column - 1, line], [column, line + 1], [column, line - 1]);
  }
  return size;
}
