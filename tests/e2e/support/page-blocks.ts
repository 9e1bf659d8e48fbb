import { readFileSync } from "node:fs";

/** A block of code on a page. */
export interface Block {
  /** Where it begins, e.g. `docs/apis.md:9`. */
  place: string;
  /** What it is written in, e.g. `sh`; empty for what a program prints. */
  language: string;
  text: string;
  /** Why it is not run, from the comment before it. */
  notRun?: string;
}

const BLOCK =
  /^(?:<!-- not run: (?<notRun>[^\n]*) -->\n)?```(?<language>\w*)\n(?<text>[\s\S]*?)^```$/gm;

/** The blocks of a page. `<!-- not run: REASON -->` in the line before keeps one from being run. */
export function blocksOf(path: string, page: string): Block[] {
  const source = readFileSync(path, "utf8");
  return [...source.matchAll(BLOCK)].map(({ index, groups = {} }) => ({
    place: `${page}:${source.slice(0, index).split("\n").length}`,
    language: groups["language"] ?? "",
    text: groups["text"] ?? "",
    ...(groups["notRun"] !== undefined && { notRun: groups["notRun"] }),
  }));
}

/** What a block prints up to some line, and what the page says of it. */
export interface Expectation {
  place: string;
  text: string;
}

/**
 * A block as a script that prints `mark` wherever the page says what has been printed until then: in lines that begin
 * with `#`.
 */
export function scriptOf({ place, text }: Block, mark: string): [string, Expectation[]] {
  const expectations: Expectation[] = [];
  const script = text.replaceAll(/(?:^#.*\n)+/gm, (lines) => {
    expectations.push({ place, text: lines.replaceAll(/^# ?/gm, "").trimEnd() });
    return `printf '\\n%s\\n' '${mark}'\n`;
  });
  return [script, expectations];
}

/** A pattern for what a page says is printed: `…` stands for anything, and ids and times differ. */
export function patternOf(expected: string): RegExp {
  const escaped = expected.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(
    escaped
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:]+\\\.\d{3}Z/g, "[\\dT:.Z-]+")
      .replaceAll(/,"registeredAt":"\[[^"]*"/g, '(,"registeredAt":"[^"]+")?')
      .replaceAll(/[0-9a-f]{8}-…/g, "[0-9a-f]{8}-…")
      // Columns are as wide as what stands in them.
      .replaceAll(/ {2,}/g, " +")
      .replaceAll(/ *… */g, "[\\s\\S]*?"),
  );
}
