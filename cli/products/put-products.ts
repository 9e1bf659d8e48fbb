import type { BadLine, ProductLine } from "./read-products.ts";

/** The orders API, and a key to it. */
export interface OrdersApi {
  url: string;
  key: string;
}

const AT_ONCE = 8;

/** Puts each product; returns the lines that were refused, and calls back after each one. */
export async function putProducts(
  api: OrdersApi,
  lines: readonly (ProductLine | BadLine)[],
  onDone: (done: number) => void,
): Promise<BadLine[]> {
  const bad: BadLine[] = [];
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let line = lines[next++]; line; line = lines[next++]) {
      const problem = "problem" in line ? line.problem : await putProduct(api, line);
      if (problem) bad.push({ line: line.line, problem });
      onDone(++done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return bad.sort((a, b) => a.line - b.line);
}

async function putProduct(
  { url, key }: OrdersApi,
  { productId, body }: ProductLine,
): Promise<string | undefined> {
  const response = await fetch(`${url}/products/${encodeURIComponent(productId)}`, {
    method: "PUT",
    headers: { "content-type": "application/json", "x-api-key": key },
    body: JSON.stringify(body),
  });
  if (response.ok) return undefined;
  const { detail, errors = [] } = (await response.json().catch(() => ({}))) as {
    detail?: string;
    errors?: { pointer: string; message: string }[];
  };
  const fields = errors.map(({ pointer, message }) => `${pointer.slice(1)} ${message}`).join(", ");
  return fields || detail || `the API answered ${response.status}`;
}
