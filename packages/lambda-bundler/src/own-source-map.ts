import { posix } from "node:path";

interface SourceMap {
  version: 3;
  sources: string[];
  names: string[];
  mappings: string;
}

/** One place in the code; with nothing but a column, a place that belongs to no source. */
type Segment = [column: number, ...origin: number[]];

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * The part of a source map that leads to our own sources. Node.js reads a map when it loads the module, and the whole
 * map would cost a cold start half as much again as the bundle; what an error needs is where our code stood.
 *
 * @param folder Where the map is, seen from the project's root.
 * @param own Sources to keep, by their path from the root.
 */
export function ownSourceMap(map: string, folder: string, own: ReadonlySet<string>): string {
  const { sources, names, mappings }: SourceMap = JSON.parse(map);
  const paths = sources.map((source) => posix.join(folder, source));
  const keptSources = new Kept();
  const keptNames = new Kept();
  const lines = decode(mappings).map((segments) => {
    const kept: Segment[] = [];
    for (const [column, source, line, from, name] of segments) {
      if (source !== undefined && own.has(paths[source] ?? "")) {
        const origin = [keptSources.place(source), line ?? 0, from ?? 0];
        if (name !== undefined) origin.push(keptNames.place(name));
        kept.push([column, ...origin]);
      } else if (kept.at(-1)?.length !== 1) {
        kept.push([column]);
      }
    }
    return kept;
  });
  const small: SourceMap = {
    version: 3,
    sources: keptSources.of(paths),
    names: keptNames.of(names),
    mappings: encode(lines),
  };
  return JSON.stringify(small);
}

/** The members of a list that are kept, in the order in which they were first asked for. */
class Kept {
  readonly #places = new Map<number, number>();

  place(index: number): number {
    const place = this.#places.get(index) ?? this.#places.size;
    this.#places.set(index, place);
    return place;
  }

  of(list: readonly string[]): string[] {
    return [...this.#places.keys()].map((index) => list[index] ?? "");
  }
}

// In the text, every number but a line's first column is told by its difference to the one before it.
function decode(mappings: string): Segment[][] {
  const last: Segment = [0, 0, 0, 0, 0];
  return mappings.split(";").map((line) => {
    last[0] = 0;
    return line.split(",").flatMap((text): Segment[] => {
      const [column, ...origin] = numbers(text).map((difference, field) => {
        const value = (last[field] ?? 0) + difference;
        last[field] = value;
        return value;
      });
      return column === undefined ? [] : [[column, ...origin]];
    });
  });
}

function encode(lines: readonly Segment[][]): string {
  const last: Segment = [0, 0, 0, 0, 0];
  const text = (segment: Segment) =>
    segment
      .map((value, field) => {
        const difference = value - (last[field] ?? 0);
        last[field] = value;
        return digits(difference);
      })
      .join("");
  return lines
    .map((segments) => {
      last[0] = 0;
      return segments.map(text).join(",");
    })
    .join(";");
}

// Base 64, least significant digit first: five bits each, a sixth where more follow; the first bit is the sign.
function numbers(text: string): number[] {
  const found: number[] = [];
  let [value, shift] = [0, 0];
  for (const digit of text) {
    const bits = DIGITS.indexOf(digit);
    value += (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    found.push(value & 1 ? -(value >> 1) : value >> 1);
    [value, shift] = [0, 0];
  }
  return found;
}

function digits(number: number): string {
  let rest = number < 0 ? (-number << 1) | 1 : number << 1;
  let text = "";
  do {
    const bits = rest & 31;
    rest >>= 5;
    text += DIGITS[rest > 0 ? bits | 32 : bits];
  } while (rest > 0);
  return text;
}
