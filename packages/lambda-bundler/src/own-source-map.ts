import { posix } from "node:path";
import { decode, encode, type SourceMapSegment } from "@jridgewell/sourcemap-codec";

interface SourceMap {
  version: 3;
  sources: string[];
  names: string[];
  mappings: string;
}

/**
 * The part of a source map that leads to the project's own sources. Node.js reads a map when it loads the module, and
 * the whole map would cost a cold start half as much again as the bundle; what an error needs is where our code stood.
 *
 * @param folder Folder of the map, relative to the project's root.
 * @param own Sources to keep, by their path from the root.
 */
export function ownSourceMap(map: string, folder: string, own: ReadonlySet<string>): string {
  const { sources, names, mappings }: SourceMap = JSON.parse(map);
  const paths = sources.map((source) => posix.join(folder, source));
  const keptSources = new Kept();
  const keptNames = new Kept();
  const lines = decode(mappings).map((segments) => {
    const kept: SourceMapSegment[] = [];
    for (const segment of segments) {
      if (segment.length !== 1 && own.has(paths[segment[1]] ?? "")) {
        const [column, source, line, from, name] = segment;
        const place = keptSources.place(source);
        if (name === undefined) kept.push([column, place, line, from]);
        else kept.push([column, place, line, from, keptNames.place(name)]);
      } else if (kept.at(-1)?.length !== 1) {
        // A segment with nothing but a column: from here on, the code belongs to no source.
        kept.push([segment[0]]);
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

/** The kept members of an array, in the order in which they were first requested. */
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
