import { parse } from "csv-parse/sync";

/** A product as a file has it. */
export interface ProductLine {
  /** Line of a CSV file, or place in a JSON array, from 1. */
  line: number;
  productId: string;
  /** Body of `PUT /products/{productId}`. */
  body: Record<string, unknown>;
}

/** A line that holds no product. */
export interface BadLine {
  line: number;
  problem: string;
}

const COLUMNS = ["productId", "stock", "price", "currency", "name"];
const NUMBERS = ["stock", "price"];

/**
 * Reads products from CSV, whose first line names the columns, or from a JSON array. Values are checked by the API.
 *
 * @throws Error when the file as a whole cannot be read.
 */
export function readProducts(text: string, form: "csv" | "json"): (ProductLine | BadLine)[] {
  return form === "csv" ? fromCsv(text) : fromJson(text);
}

function fromCsv(text: string): (ProductLine | BadLine)[] {
  const rows = parse(text, {
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  }) as unknown as { record: string[]; info: { lines: number } }[];
  const [header, ...products] = rows;
  const names = header?.record ?? [];
  const unknown = names.filter((name) => !COLUMNS.includes(name));
  if (!names.includes("productId") || !names.includes("stock") || unknown.length > 0) {
    throw new Error(
      `the first line must name the columns productId and stock, and may name price, currency and name; it is: ${names.join(",")}`,
    );
  }
  return products.map(({ record, info: { lines: line } }) => {
    if (record.length > names.length) {
      return { line, problem: `has ${record.length} values for ${names.length} columns` };
    }
    const values = names.map((name, index) => [name, record[index] ?? ""] as const);
    const given = values.filter(([, value]) => value !== "");
    return productLine(line, Object.fromEntries(given.map(typed)));
  });
}

function typed([name, value]: readonly [string, string]): [string, unknown] {
  const number = Number(value);
  // A value that is not a number stays as it is, so that the API returns the error.
  return [name, NUMBERS.includes(name) && !Number.isNaN(number) ? number : value];
}

function fromJson(text: string): (ProductLine | BadLine)[] {
  let products: unknown;
  try {
    products = JSON.parse(text);
  } catch (error) {
    throw new Error(`the file is not JSON: ${(error as Error).message}`);
  }
  if (!Array.isArray(products)) throw new Error("the file must be a JSON array of products");
  return products.map((product, index) => productLine(index + 1, product));
}

function productLine(line: number, product: unknown): ProductLine | BadLine {
  if (typeof product !== "object" || product === null) {
    return { line, problem: "is not an object" };
  }
  const { productId, ...body } = product as Record<string, unknown>;
  if (typeof productId !== "string") return { line, problem: "has no productId" };
  return { line, productId, body };
}
