import { didYouMean } from "command-text";

// What Pulumi adds to a name that the program does not fix.
const GENERATED = /-[0-9a-f]{7}$/;

/**
 * The functions that these names stand for; no name stands for all. A function is known by its name, with or without what
 * Pulumi has added to it, and by the end of it where no other ends so.
 *
 * @throws Error naming the function that is not there, and the nearest one.
 */
export function chosenFunctions(
  wanted: readonly string[],
  functions: readonly string[],
): ReadonlySet<string> {
  if (wanted.length === 0) return new Set(functions);
  return new Set(wanted.map((name) => chosenFunction(name, functions)));
}

function chosenFunction(wanted: string, functions: readonly string[]): string {
  const plain = (name: string) => name.replace(GENERATED, "");
  const whole = functions.find((name) => name === wanted || plain(name) === wanted);
  if (whole) return whole;
  const ends = functions.filter((name) => plain(name).endsWith(`-${wanted}`));
  const [one, ...others] = ends;
  const names = functions.map(plain).sort();
  const tails = names.flatMap((name) =>
    name.split("-").map((_, n, parts) => parts.slice(n).join("-")),
  );
  if (one === undefined) {
    throw new Error(
      `--inspect: there is no function ${wanted}${didYouMean(wanted, tails) || `; there are: ${names.join(", ")}`}`,
    );
  }
  if (others.length > 0) {
    throw new Error(`--inspect: ${wanted} is the end of ${ends.map(plain).join(" and ")}`);
  }
  return one;
}
