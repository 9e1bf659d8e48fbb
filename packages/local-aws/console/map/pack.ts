import type { Point } from "./path.ts";

interface Size {
  width: number;
  height: number;
}

/** Boxes in rows. */
export interface Packed extends Size {
  /** The upper left corner of each box, in the order in which they were given. */
  places: Point[];
}

const GAP = 22;
// Every order of so many boxes can be tried; more keep the order in which they come.
const MAX_TRIED = 7;
const WIDTHS = [1, 1.15, 1.3, 1.5, 1.75, 2, 2.5];
// How much of the scale a short way between boxes is worth.
const WAY_WEIGHT = 0.35;
const LARGEST_FIRST = 1.05;
// How much higher a row and wider a column may become for a box that goes below another.
const MAX_GROWTH = 1.2;

/**
 * Puts boxes into rows so that they can be shown as large as possible on a page, with those near each other that are
 * linked.
 *
 * @param links Pairs of boxes, by their position.
 */
export function pack(
  boxes: readonly Size[],
  links: readonly (readonly [number, number])[],
  page: Size,
): Packed {
  const widest = Math.max(0, ...boxes.map(({ width }) => width));
  let best: Packed = { width: 0, height: 0, places: [] };
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const order of orders(boxes.length)) {
    for (const factor of WIDTHS) {
      const packed = rows(boxes, order, widest * factor);
      // What a system has most of is what people look for first.
      const first = boxes[order[0] ?? 0]?.width === widest ? LARGEST_FIRST : 1;
      const score = scoreOf(packed, boxes, links, page) * first;
      if (score > bestScore) [best, bestScore] = [packed, score];
    }
  }
  return best;
}

function rows(boxes: readonly Size[], order: readonly number[], maxWidth: number): Packed {
  const places: Point[] = boxes.map(() => ({ x: 0, y: 0 }));
  let [x, y, row, width] = [0, 0, 0, 0];
  // A low box goes below the one before it where the row is high enough for both.
  let column: { x: number; width: number; bottom: number } | undefined;
  for (const index of order) {
    const box = boxes[index];
    if (!box) continue;
    const bottom = column ? column.bottom + GAP + box.height : 0;
    if (column && bottom <= y + row * MAX_GROWTH && box.width <= column.width * MAX_GROWTH) {
      places[index] = { x: column.x, y: column.bottom + GAP };
      row = Math.max(row, bottom - y);
      x = Math.max(x, column.x + box.width + GAP);
      width = Math.max(width, x - GAP);
      column.bottom = bottom;
      continue;
    }
    if (x > 0 && x + box.width > maxWidth) {
      y += row + GAP;
      [x, row] = [0, 0];
    }
    places[index] = { x, y };
    column = { x, width: box.width, bottom: y + box.height };
    x += box.width + GAP;
    row = Math.max(row, box.height);
    width = Math.max(width, x - GAP);
  }
  return { width, height: y + row, places };
}

function scoreOf(
  { width, height, places }: Packed,
  boxes: readonly Size[],
  links: readonly (readonly [number, number])[],
  page: Size,
): number {
  const scale = Math.min(page.width / width, page.height / height);
  const middle = (index: number): Point => ({
    x: (places[index]?.x ?? 0) + (boxes[index]?.width ?? 0) / 2,
    y: (places[index]?.y ?? 0) + (boxes[index]?.height ?? 0) / 2,
  });
  const ways = links.map(([from, to]) => {
    const [a, b] = [middle(from), middle(to)];
    // What leads back to the left or up reads worse.
    const back = b.x < a.x - 1 && b.y < a.y + 1 ? 1.5 : 1;
    return (back * Math.hypot(b.x - a.x, b.y - a.y)) / Math.hypot(width, height);
  });
  const way = ways.reduce((sum, one) => sum + one, 0) / Math.max(1, ways.length);
  return scale * (1 - WAY_WEIGHT * way);
}

function* orders(count: number): Generator<number[]> {
  const all = Array.from({ length: count }, (_, index) => index);
  if (count > MAX_TRIED) yield all;
  else yield* permutations(all);
}

function* permutations(rest: readonly number[], head: number[] = []): Generator<number[]> {
  if (rest.length === 0) yield head;
  for (const one of rest) {
    yield* permutations(
      rest.filter((other) => other !== one),
      [...head, one],
    );
  }
}
