import type { Bill } from "./bill.ts";
import { pricesOf } from "./prices.ts";

const MILLION = 1_000_000;

/** A bill as Markdown: by service, by step, and the three largest lines. */
export function billText(bill: Bill): string {
  const { orders, lines, steps } = bill;
  const perMillion = (dollarsOfMonth: number) => (dollarsOfMonth / orders) * MILLION;
  const byService = table(
    ["service", "unit", "per order", "$ per million orders", "fixed $ a month", "$ a month"],
    lines.map(({ price, perOrder, fixedMonth, month }) => [
      price.service,
      price.what,
      amount(perOrder),
      dollars(perOrder * price.perUnit * MILLION),
      dollars(fixedMonth),
      dollars(month),
    ]),
    [
      "**all**",
      "",
      "",
      dollars(bill.perOrder * MILLION),
      dollars(bill.fixedMonth),
      dollars(bill.month),
    ],
  );
  const byStep = table(
    ["step", "$ a month", "$ per million orders"],
    steps.map(({ step, month }) => [step, dollars(month), dollars(perMillion(month))]),
  );
  const largest = lines
    .slice(0, 3)
    .map(({ price, month }) => `${price.service} ${price.what} ($${dollars(month)})`);
  return [
    byService,
    `The largest three: ${largest.join(", ")}. After what is free every month: $${dollars(bill.afterFree)}.`,
    byStep,
  ].join("\n\n");
}

/** A Markdown table; columns of figures are aligned to the right. */
export function table(heads: string[], rows: string[][], last?: string[]): string {
  const all = [heads, ...rows, ...(last ? [last] : [])];
  const widths = heads.map((_, column) =>
    Math.max(...all.map((row) => (row[column] ?? "").length)),
  );
  const isText = heads.map((_, column) =>
    rows.every((row) => !/^[\d.,]+$/.test(row[column] ?? "")),
  );
  const line = (row: string[]) =>
    `| ${row
      .map((cell, column) =>
        isText[column] ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join(" | ")} |`;
  const rule = `| ${widths
    .map((width, column) => (isText[column] ? "-".repeat(width) : `${"-".repeat(width - 1)}:`))
    .join(" | ")} |`;
  return [line(heads), rule, ...all.slice(1).map(line)].join("\n");
}

/** Every price of a region, where it is published, and who confirms it. */
export function priceTable(region: string): string {
  const rows = [...pricesOf(region).values()].map((price) => {
    const { service, what, perUnit, source, confirmedBy } = price;
    const page = `[${new URL(source).hostname}](${source})`;
    return [service, what, priceText(perUnit), page, confirmedBy ?? "**not confirmed**"];
  });
  return table(["service", "unit", "$ per million, or each", "page", "confirmed by"], rows);
}

function priceText(perUnit: number): string {
  return perUnit < 0.01 ? `${dollars(perUnit * 1e6)} per million` : dollars(perUnit);
}

/** Dollars with cents. */
export function dollars(value: number): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function amount(value: number): string {
  if (value === 0) return "0";
  return value < 0.01 ? value.toPrecision(2) : String(Math.round(value * 1000) / 1000);
}
