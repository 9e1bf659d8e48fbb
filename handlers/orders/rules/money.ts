/** Supported currencies, with the number of decimals of their minor unit (ISO 4217). */
export const currencies = {
  AUD: 2,
  BRL: 2,
  CAD: 2,
  CHF: 2,
  CZK: 2,
  DKK: 2,
  EUR: 2,
  GBP: 2,
  HKD: 2,
  HUF: 2,
  ILS: 2,
  INR: 2,
  JPY: 0,
  KRW: 0,
  MXN: 2,
  NOK: 2,
  NZD: 2,
  PLN: 2,
  RON: 2,
  SEK: 2,
  SGD: 2,
  TRY: 2,
  USD: 2,
  ZAR: 2,
} as const;

/** A currency's ISO 4217 code. */
export type Currency = keyof typeof currencies;

/** Largest amount or price. */
export const MAX_AMOUNT = 1_000_000;

/** Largest total of an order, in minor units. */
export const MAX_TOTAL_MINOR = 1_000_000_000;

/** Whether a number has at most two decimals in its shortest decimal form. */
export function hasCents(amount: number): boolean {
  return /^-?\d{1,7}(\.\d{1,2})?$/.test(String(amount));
}

/** The amount in the currency's minor unit; undefined when it has more decimals than the currency. */
export function toMinor(amount: number, currency: Currency): number | undefined {
  const minor = Math.round(amount * 100) + 0;
  if (currencies[currency] === 2) return minor;
  return minor % 100 === 0 ? minor / 100 : undefined;
}

/** The amount, from the currency's minor unit. */
export function fromMinor(minor: number, currency: Currency): number {
  return minor / 10 ** currencies[currency];
}
