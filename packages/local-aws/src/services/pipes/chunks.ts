/** Splits items into chunks that fit one request, in order. An item that is too large for one gets its own chunk. */
export function chunksOf<Item>(
  items: readonly Item[],
  limits: { most: number; mostBytes: number; size: (item: Item) => number },
): Item[][] {
  const chunks: Item[][] = [];
  let chunk: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = limits.size(item);
    const full = chunk.length >= limits.most || bytes + size > limits.mostBytes;
    if (full && chunk.length > 0) {
      chunks.push(chunk);
      chunk = [];
      bytes = 0;
    }
    chunk.push(item);
    bytes += size;
  }
  return chunk.length > 0 ? [...chunks, chunk] : chunks;
}
