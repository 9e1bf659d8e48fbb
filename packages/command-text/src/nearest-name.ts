import { closest, distance } from "fastest-levenshtein";
import { UsageError } from "./usage-error.ts";

// One typing error in three letters; more is another word.
const MAX_SHARE = 1 / 3;

/** The name that was probably meant: the one with the fewest differences, where these are few. */
export function nearestName(word: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const lower = word.toLowerCase();
  const [same] = names.filter((name) => name.toLowerCase() === lower);
  if (same !== undefined) return same;
  const swapped = names.find((name) => isSwapped(lower, name.toLowerCase()));
  if (swapped !== undefined) return swapped;
  const found = closest(lower, [...names]);
  const longest = Math.max(word.length, found.length);
  return distance(lower, found.toLowerCase()) <= Math.max(1, longest * MAX_SHARE)
    ? found
    : // A part of a name may be all that somebody remembers.
      onlyOne(names.filter((name) => lower.length > 2 && name.toLowerCase().includes(lower)));
}

/** The question that ends a sentence about an unknown name, or nothing where no name is near. */
export function didYouMean(word: string, names: readonly string[]): string {
  const name = nearestName(word, names);
  return name === undefined ? "" : `; did you mean ${name}?`;
}

/** Whether two letters that stand side by side have changed places, which counts as two differences. */
function isSwapped(word: string, name: string): boolean {
  const at = [...word].findIndex((letter, index) => letter !== name[index]);
  if (at < 0 || word.length !== name.length) return false;
  return `${word.slice(0, at)}${word[at + 1]}${word[at]}${word.slice(at + 2)}` === name;
}

function onlyOne(names: readonly string[]): string | undefined {
  return names.length === 1 ? names[0] : undefined;
}

/**
 * The word where it is one of these names.
 *
 * @param kind What the names are of, e.g. `queue`.
 * @throws UsageError with the nearest name, and all of them.
 */
export function knownName<Name extends string>(
  kind: string,
  word: string,
  names: readonly Name[],
): Name {
  const found = names.find((name) => name === word);
  if (found !== undefined) return found;
  const meant = didYouMean(word, names);
  const all = `there are: ${names.join(", ")}`;
  throw new UsageError(`there is no ${kind} ${word}${meant ? `${meant} T` : "; t"}${all.slice(1)}`);
}
