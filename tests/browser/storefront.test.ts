import { join } from "node:path";
import { type Runtime, startRuntime } from "local-aws";
import type { Browser, Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { putProducts } from "../../cli/products/put-products.ts";
import { SAMPLES } from "../../cli/products/samples.ts";
import { localAddresses } from "../../cli/start/local-addresses.ts";
import { launchChromium } from "./support/chromium.ts";
import { picture } from "./support/pictures.ts";
import { type Complaint, openPage, type WatchedPage } from "./support/watched-page.ts";

const test = suite("the storefront in a browser");
const ROOT = join(import.meta.dirname, "..", "..");

let browser: Browser;
let runtime: Runtime;

test.before(async () => {
  browser = await launchChromium();
  runtime = await startRuntime({ root: ROOT, apiPort: 0, awsPort: 0, config: localAddresses });
});
test.after(async () => {
  await browser?.close();
  await runtime?.stop();
});

const output = (name: string) => String(runtime.outputs[name]);
// An accepted order is not found until it is stored, and browsers report every 404.
const isNotStoredYet = ({ text, url }: Complaint) =>
  text.includes("404") && /\/orders\/[0-9a-f-]{36}$/.test(url);
const openShop = (options = {}) =>
  openPage(browser, output("storefrontUrl"), options, isNotStoredYet);
const add = (page: Page, name: string) => page.getByRole("button", { name: `: ${name}` }).click();
const status = (page: Page, name: string) => page.locator(`[data-status="${name}"]`).waitFor();

async function fillIn(page: Page): Promise<void> {
  await page.getByLabel("E-mail").fill("ada@example.com");
}

/** Everything that the API was asked to do with orders so far, by `Idempotency-Key`. */
function ordersSent({ page }: WatchedPage): string[] {
  const keys: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/orders"))
      keys.push(request.headers()["idempotency-key"] ?? "none");
  });
  return keys;
}

test("an empty catalogue says how to fill it", async () => {
  const shop = await openShop();
  await shop.page.getByText("npm run products -- sample").waitFor();
  await shop.isClean();
  await shop.close();
});

test("an order goes from the basket to COMPLETED", async () => {
  const api = { url: output("ordersApiUrl"), key: output("ordersApiKey") };
  assert.equal(await putProducts(api, SAMPLES, () => {}), []);
  const shop = await openShop();
  const { page } = shop;
  await add(page, "Blue mug");
  await add(page, "Blue mug");
  await add(page, "Assam tea, 100 g");
  assert.ok(
    await page.getByRole("button", { name: "Add to basket: Teapot, cast iron" }).isDisabled(),
  );
  assert.match((await page.locator(".total").innerText()).replace(/\s+/g, " "), "32.25");
  await fillIn(page);
  await shop.isClean();
  await page.getByRole("button", { name: "Order and pay" }).click();
  await status(page, "COMPLETED");
  await page.getByText("Your order is paid and complete.").waitFor();
  await shop.isClean();
  await picture(page, "storefront");
  await page.getByRole("button", { name: "Continue shopping" }).click();
  await page.getByText("Your basket is empty.").waitFor();
  await shop.close();
});

test("a declined card is told, nothing is charged, and the basket is still there", async () => {
  const shop = await openShop();
  const { page } = shop;
  await add(page, "Green mug");
  await fillIn(page);
  await page.getByLabel("Card").selectOption({ label: "A card that is declined" });
  await page.getByRole("button", { name: "Order and pay" }).click();
  await status(page, "FAILED");
  await page.getByText("Your card was declined. You have not been charged.").waitFor();
  await shop.isClean();
  await page.getByRole("button", { name: "Back to your basket" }).click();
  assert.is(await page.getByLabel("Quantity of Green mug").inputValue(), "1");
  await shop.close();
});

test("a reload while the order is sent sends the same order, and follows it to its end", async () => {
  const shop = await openShop();
  const { page } = shop;
  const keys = ordersSent(shop);
  await add(page, "Blue mug");
  await fillIn(page);
  // The answer to the first attempt never arrives.
  await page.route("**/orders", (route) => route.abort(), { times: 1 });
  await page.getByRole("button", { name: "Order and pay" }).click();
  await page.locator("header [role=status]").waitFor();
  await page.reload();
  await status(page, "COMPLETED");
  assert.ok(keys.length >= 2);
  assert.is(new Set(keys).size, 1);
  await shop.close();
});

test("a busy shop is asked again until it answers", async () => {
  const shop = await openShop();
  const { page } = shop;
  await add(page, "Blue mug");
  await fillIn(page);
  await page.route(
    "**/orders",
    (route) => route.fulfill({ status: 503, headers: { "retry-after": "1" }, body: "{}" }),
    { times: 1 },
  );
  await page.getByRole("button", { name: "Order and pay" }).click();
  await page.getByText("The shop is busy; we are trying again.").waitFor();
  await status(page, "COMPLETED");
  await shop.close();
});

test("it is as usable in the dark and on a phone", async () => {
  const shop = await openShop({ colorScheme: "dark", viewport: { width: 380, height: 720 } });
  const { page } = shop;
  await add(page, "Notebook, dotted");
  await shop.isClean();
  const wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
  assert.is(wide, false);
  await shop.close();
});

test.run();
