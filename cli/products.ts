import { readFileSync } from "node:fs";
import { knownName, readArguments } from "command-text";
import { command } from "./command.ts";
import { type OrdersApi, putProducts } from "./products/put-products.ts";
import { type BadLine, type ProductLine, readProducts } from "./products/read-products.ts";
import { SAMPLES } from "./products/samples.ts";
import { findTarget, TARGET_HELP, TARGET_OPTIONS, type Target } from "./target.ts";

const HELP = `The catalogue of the shop.

  npm run products -- sample [options]       puts a few sample products
  npm run products -- list [options]         lists every product
  npm run products -- put ID --stock N [--price P] [--currency EUR] [--name TEXT] [options]
  npm run products -- put --file FILE [options]

FILE is CSV with the columns productId, stock, price, currency and name, or a JSON array of objects with
these members. Lines that are refused are named; the others go in.

${TARGET_HELP}`;

await command(async () => {
  const { values, positionals } = readArguments({
    help: HELP,
    maxPositionals: 2,
    options: {
      ...TARGET_OPTIONS,
      file: { type: "string" },
      stock: { type: "string" },
      price: { type: "string" },
      currency: { type: "string" },
      name: { type: "string" },
    },
  });
  const [action, productId] = positionals;
  if (action === "list") return list(await findTarget(values));
  if (action === "sample") return put(await findTarget(values), SAMPLES);
  if (action === undefined) throw new Error(`say what to do:\n\n${HELP}`);
  knownName("action", action, ["put", "list", "sample"]);
  if (values.file !== undefined) return put(await findTarget(values), fileLines(values.file));
  if (!productId || values.stock === undefined) {
    throw new Error("name the product and its stock: npm run products -- put mug-blue --stock 10");
  }
  const { stock, price, currency, name } = values;
  const body = {
    stock: Number(stock),
    ...(price !== undefined && { price: Number(price) }),
    ...(currency !== undefined && { currency }),
    ...(name !== undefined && { name }),
  };
  await put(await findTarget(values), [{ line: 1, productId, body }]);
});

function fileLines(file: string): (ProductLine | BadLine)[] {
  const [, form] = /\.(csv|json)$/i.exec(file) ?? [];
  if (!form) throw new Error(`${file} must end with .csv or .json`);
  try {
    return readProducts(readFileSync(file, "utf8"), form.toLowerCase() as "csv" | "json");
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`);
  }
}

async function put(target: Target, lines: (ProductLine | BadLine)[]): Promise<void> {
  const bad = await putProducts(ordersApi(target), lines, (done) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${lines.length}`);
  });
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  console.log(`${lines.length - bad.length} of ${lines.length} products are in ${target.name}`);
  for (const { line, problem } of bad) console.error(`line ${line}: ${problem}`);
  if (bad.length > 0) process.exitCode = 1;
}

async function list(target: Target): Promise<void> {
  const url = output(target, "ordersHttpApiUrl");
  let after: string | undefined;
  let count = 0;
  do {
    const query = new URLSearchParams({ limit: "100", ...(after !== undefined && { after }) });
    const response = await fetch(`${url}/products?${query}`);
    if (!response.ok) throw new Error(`GET ${url}/products answered ${response.status}`);
    const page = (await response.json()) as { products: Listed[]; next?: string };
    for (const product of page.products) console.log(row(product));
    count += page.products.length;
    after = page.next;
  } while (after !== undefined);
  if (count === 0) console.log("no products; put some with: npm run products -- sample");
}

interface Listed {
  productId: string;
  name?: string;
  stock: number;
  price?: number;
  currency?: string;
}

function row({ productId, name = "", stock, price, currency = "" }: Listed): string {
  const cost = price === undefined ? "no price" : `${price.toFixed(2)} ${currency}`;
  return `${productId.padEnd(24)} ${String(stock).padStart(7)}  ${cost.padStart(12)}  ${name}`.trimEnd();
}

function ordersApi(target: Target): OrdersApi {
  return { url: output(target, "ordersApiUrl"), key: output(target, "ordersApiKey") };
}

function output({ name, outputs }: Target, key: string): string {
  const value = outputs[key];
  if (!value) throw new Error(`${name} has no output ${key}; deploy it again`);
  return value;
}
