import { readFileSync } from "node:fs";

/** One row of the price list. */
export interface Price {
  service: string;
  what: string;
  /** Units of each month that are not charged for, ever. */
  free: number;
  /** US dollars of one unit. */
  perUnit: number;
  /** The page of AWS that has it. */
  source: string;
  /** Who else says so, and when; undefined where nobody was found who does. */
  confirmedBy: string | undefined;
}

/** A unit that AWS bills by, e.g. `sqs.request`. */
export type Unit = string;

/** The prices of one region. */
export type Prices = ReadonlyMap<Unit, Price>;

interface PriceFile {
  date: string;
  units: Record<string, Record<string, unknown>>;
}

const file = (): PriceFile =>
  JSON.parse(readFileSync(new URL("./prices.json", import.meta.url), "utf8"));

/** Regions whose prices are known. */
export function knownRegions(): string[] {
  const [first = {}] = Object.values(file().units);
  return Object.keys(first).filter((name) => /^\w+-\w+-\d$/.test(name));
}

/** When the prices were looked up. */
export function pricesDate(): string {
  return file().date;
}

/**
 * The prices of a region.
 *
 * @throws Error naming the regions that there are prices of.
 */
export function pricesOf(region: string): Prices {
  if (!knownRegions().includes(region)) {
    throw new Error(
      `there are no prices of ${region} in cli/cost/prices.json; there are those of ${knownRegions().join(", ")}`,
    );
  }
  return new Map(
    Object.entries(file().units).map(([unit, row]) => [
      unit,
      {
        service: String(row["service"]),
        what: String(row["what"]),
        free: Number(row["free"]),
        perUnit: Number(row[region]),
        source: String(row["source"]),
        confirmedBy: confirmationOf(row, region),
      },
    ]),
  );
}

function confirmationOf(row: Record<string, unknown>, region: string): string | undefined {
  const confirmed = row["confirmed"] as Record<string, string | null> | undefined;
  return confirmed?.[region] ?? undefined;
}
