import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call } from "./support/api.ts";
import { mugs, Shop } from "./support/shop.ts";
import { copyProgram, startStack } from "./support/stack.ts";

const test = suite("the guides");
const GUIDES = join(import.meta.dirname, "..", "..", "docs", "guides");
const BLOCK = /^```ts file=(\S+)(?: (before|replaces)="((?:[^"\\]|\\.)*)")?\n([\s\S]*?)^```$/gm;

/** Applies every block of a guide to a program; answers which files it touches. */
function follow(guide: string, root: string): string[] {
  const files = new Set<string>();
  const text = readFileSync(join(GUIDES, guide), "utf8");
  for (const [, file = "", how, quoted = "", block = ""] of text.matchAll(BLOCK)) {
    const path = join(root, file);
    files.add(file);
    if (!how) {
      assert.not(existsSync(path), `${file} is there already`);
      writeFileSync(path, block);
      continue;
    }
    const anchor = JSON.parse(`"${quoted}"`) as string;
    const before = readFileSync(path, "utf8");
    assert.is(before.split(anchor).length, 2, `${file} holds once: ${anchor}`);
    const after = how === "before" ? `${block}\n${anchor}` : block.replace(/\n$/, "");
    writeFileSync(
      path,
      before.replace(anchor, () => after),
    );
  }
  return [...files];
}

test("adding an endpoint takes four source files, and it counts a customer's orders", async () => {
  const program = copyProgram();
  try {
    assert.equal(follow("add-an-endpoint.md", program.root), [
      "handlers/customers/contract.ts",
      "handlers/customers/count-orders.ts",
      "infra/customers/api.ts",
      "index.ts",
    ]);
    const stack = await startStack({ root: program.root });
    try {
      const shop = new Shop(stack);
      const count = (id: string) =>
        call("GET", `${stack.output("customersApiUrl")}/customers/${id}/orders-count`, {
          headers: { "x-api-key": stack.output("customersApiKey") },
        });
      assert.equal((await count("customer-1")).json, { id: "customer-1", orders: 0 });
      await shop.place("rest", mugs());
      const second = await shop.place("http", mugs());
      await shop.until(second, "COMPLETED");
      assert.equal((await count("customer-1")).json, { id: "customer-1", orders: 2 });
      assert.equal((await count("customer-2")).json, { id: "customer-2", orders: 0 });
    } finally {
      await stack.stop();
    }
  } finally {
    program.remove();
  }
});

test.run();
