/** A place on the map. */
export interface Point {
  x: number;
  y: number;
}

const round = (value: number) => Math.round(value * 10) / 10;

/** The SVG path of a way: its ends joined by a curve through the corners between. */
export function pathOf(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  const at = ({ x, y }: Point) => `${round(x)} ${round(y)}`;
  const [one, two, three, ...more] = rest;
  if (one && two && three && more.length === 0) {
    return `M${at(first)}C${at(one)} ${at(two)} ${at(three)}`;
  }
  let path = `M${at(first)}`;
  for (const [index, point] of rest.entries()) {
    const next = rest[index + 1];
    path += next ? `Q${at(point)} ${at(middle(point, next))}` : `L${at(point)}`;
  }
  return path;
}

/** Places along a way at even distances, for what moves along it. */
export function placesAlong(points: readonly Point[], count: number): Point[] {
  const fine = flatten(points);
  const lengths = [0];
  for (let index = 1; index < fine.length; index++) {
    const [a, b] = [fine[index - 1], fine[index]];
    const step = a && b ? Math.hypot(b.x - a.x, b.y - a.y) : 0;
    lengths.push((lengths[index - 1] ?? 0) + step);
  }
  const whole = lengths.at(-1) ?? 0;
  let segment = 0;
  return Array.from({ length: count }, (_, index) => {
    const wanted = (whole * index) / Math.max(1, count - 1);
    while (segment < fine.length - 2 && (lengths[segment + 1] ?? 0) < wanted) segment += 1;
    const [a, b] = [fine[segment], fine[segment + 1]];
    if (!a || !b) return a ?? { x: 0, y: 0 };
    const span = (lengths[segment + 1] ?? 0) - (lengths[segment] ?? 0);
    const part = span === 0 ? 0 : (wanted - (lengths[segment] ?? 0)) / span;
    return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part };
  });
}

const CURVE_STEPS = 24;

function flatten(points: readonly Point[]): Point[] {
  const [a, b, c, d, ...more] = points;
  if (!a || !b || !c || !d || more.length > 0) return [...points];
  return Array.from({ length: CURVE_STEPS + 1 }, (_, index) => {
    const t = index / CURVE_STEPS;
    const u = 1 - t;
    const mix = (p: number, q: number, r: number, s: number) =>
      u * u * u * p + 3 * u * u * t * q + 3 * u * t * t * r + t * t * t * s;
    return { x: mix(a.x, b.x, c.x, d.x), y: mix(a.y, b.y, c.y, d.y) };
  });
}

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
