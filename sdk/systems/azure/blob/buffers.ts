/** A few buffers of one size that are used again and again: large ones left to the garbage collector pile up. */
export interface Buffers {
  take(): Uint8Array<ArrayBuffer>;
  giveBack(buffer: Uint8Array<ArrayBuffer>): void;
}

export function buffersOf(bytes: number): Buffers {
  const free: Uint8Array<ArrayBuffer>[] = [];
  return {
    take: () => free.pop() ?? new Uint8Array(bytes),
    giveBack: (buffer) => void free.push(buffer),
  };
}
