import { median } from "../median.ts";

const RESAMPLES = 1_000;

/** 95 % interval of the ratio of two medians, by resampling the rounds in which both were measured. */
export function ratioInterval(
  numerators: readonly number[],
  denominators: readonly number[],
): [low: number, high: number] {
  const rounds = numerators.length;
  // The same samples give the same interval: a fixed sequence of numbers picks the rounds.
  let state = 1;
  const pick = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * rounds);
  };
  const ratios = Array.from({ length: RESAMPLES }, () => {
    const picked = Array.from({ length: rounds }, pick);
    const of = (values: readonly number[]) =>
      median(picked.map((round) => values[round] ?? Number.NaN));
    return of(numerators) / of(denominators);
  }).sort((a, b) => a - b);
  const at = (share: number) => ratios[Math.round(share * (RESAMPLES - 1))] ?? Number.NaN;
  return [at(0.025), at(0.975)];
}
