import { join } from "node:path";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type Runtime, startRuntime } from "local-aws";
import type { Browser } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { localAddresses } from "../../cli/start/local-addresses.ts";
import { readLetter } from "../../cli/start/read-letter.ts";
import { launchChromium } from "./support/chromium.ts";
import { type ConsolePage, openConsole } from "./support/console-page.ts";
import { picture } from "./support/pictures.ts";

const test = suite("the console in a browser");
const ROOT = join(import.meta.dirname, "..", "..");

let browser: Browser;
let runtime: Runtime;
let shown: ConsolePage;

test.before(async () => {
  browser = await launchChromium();
  runtime = await startRuntime({
    root: ROOT,
    apiPort: 0,
    awsPort: 0,
    readLetter,
    // Express executions have no graphs to show, and no attempts.
    config: { ...localAddresses, "orders:workflow": "standard" },
    console: async (context) =>
      (await import("../../cli/console/shop-console.ts")).localConsole(context),
  });
  shown = await openConsole(browser, pageUrl());
});
test.after(async () => {
  await browser?.close();
  await runtime?.stop();
});

const pageUrl = () => `http://localhost:${new URL(runtime.awsEndpoint).port}/_local/`;

test("the map shows every part, in a size that can be read", async () => {
  const { page } = shown;
  const nodes = page.locator("a.node");
  await nodes.first().waitFor();
  assert.ok((await nodes.count()) >= 45);
  const heights = await nodes
    .locator("text")
    .evaluateAll((texts) => texts.map((text) => text.getBoundingClientRect().height));
  assert.ok(Math.min(...heights) >= 10, `text of ${Math.min(...heights)} px`);
  await shown.isClean();
});

test("a press of a button sends an order across the map, and its page tells how it went", async () => {
  const { page } = shown;
  await shown.open("map");
  await page.getByRole("button", { name: "Place an order" }).click();
  await page.locator('a.node.lit[data-id="table:orders-table"]').waitFor({ state: "attached" });
  await page.locator('a.node.lit[data-id="machine:order-workflow"]').waitFor({ state: "attached" });
  await page.getByRole("link", { name: "Open the order" }).click();
  const journey = page.getByRole("article", { name: /^order / });
  await journey.getByText("COMPLETED; money 109.97 EUR CAPTURED; stock SOLD").waitFor();
  for (const step of ["accepted", "paid", "confirmed", "told"]) {
    await journey.locator("li.good", { hasText: step }).waitFor();
  }
  for (const hop of [
    "POST /orders",
    "placeOrder",
    "processOrder",
    "ChargePayment",
    "notifyCustomer",
  ]) {
    await journey
      .getByRole("button", { name: new RegExp(`^${hop}`) })
      .first()
      .waitFor();
  }
  await shown.isClean();
  await picture(page, "order");
});

test("retries are bars of their own, and the one that is picked tells its error, input and log", async () => {
  const { page } = shown;
  await shown.open("map");
  await page.getByRole("button", { name: "…that needs retries" }).click();
  await page.getByRole("link", { name: "Open the order" }).click();
  const journey = page.getByRole("article", { name: /^order / });
  await journey.getByText("2 failed step attempts").waitFor();
  await journey.getByText("COMPLETED; money").waitFor();
  const attempts = journey.getByRole("button", { name: /^ChargePayment/ });
  await journey.getByRole("button", { name: /^ChargePayment, attempt 3/ }).waitFor();
  assert.is(await attempts.filter({ hasText: "out of service" }).count(), 2);
  await attempts.first().click();
  const detail = page.getByRole("region", { name: /^About ChargePayment/ });
  await detail
    .getByText("TransientError: the payment provider is out of service")
    .first()
    .waitFor();
  await detail.getByLabel("Input").waitFor();
  await detail.getByRole("button", { name: "Invoke again" }).waitFor();
  await journey.locator('.state.good[aria-label^="ConfirmOrder"]').waitFor();
  await shown.isClean();
});

test("an order that is refunded, and one that is declined, say so in red", async () => {
  const { page } = shown;
  for (const [button, step, words] of [
    ["…that is refunded", "refunded", "FAILED (payment_risk); money 109.97 EUR REFUNDED"],
    ["…that is declined", "declined", "FAILED (payment_declined)"],
  ] as const) {
    await shown.open("map");
    await page.getByRole("button", { name: button }).click();
    await page.getByRole("link", { name: "Open the order" }).click();
    const journey = page.getByRole("article", { name: /^order / });
    await journey.getByText(words).waitFor();
    await journey.locator("li.bad", { hasText: step }).waitFor();
  }
});

test("an outage of the payment provider turns its hop red, with a sentence", async () => {
  const { page } = shown;
  await shown.open("map");
  await page.getByRole("button", { name: "Fail payments for a minute" }).click();
  const failures = page.getByRole("region", { name: "Failures" });
  await failures.getByText("the payment provider is out of service until").first().waitFor();
  await page
    .locator(
      'path.edge.failing[data-id="function:order-workflow-charge-payment>table:orders-payments-table"]',
    )
    .waitFor({ state: "attached" });
  await shown.isClean();
  await picture(page, "map");
  await failures.getByRole("button", { name: "Hide the failures" }).click();
});

test("functions show what they ran and logged, and can be invoked with a saved event", async () => {
  const { page } = shown;
  await shown.open("functions");
  await page.getByRole("link", { name: /^put-customer/ }).click();
  await page.getByText("Creates a customer").first().waitFor();
  await page.getByRole("button", { name: "Invoke" }).click();
  await page.getByLabel("Answer").getByText('"statusCode": 201').waitFor();
  await page.getByLabel("Log").getByText("report").first().waitFor();
  await shown.isClean();
});

test("queues show their messages with the reason, and what a redrive would do", async () => {
  const { page } = shown;
  const sqs = new SQSClient({
    region: runtime.kernel.region,
    endpoint: runtime.awsEndpoint,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const QueueUrl = String(runtime.outputs["ordersQueueUrl"]);
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "no order" }));
  await shown.open("queues");
  await page.getByRole("link", { name: /^orders-dlq\s*1$/ }).click();
  await page.getByRole("button", { name: "Read them" }).click();
  await page.getByText("A redrive: ").waitFor();
  await page.getByRole("button", { name: "Dry run of a redrive" }).click();
  await page.getByText("Dry run: they stay where they are.").waitFor();
  await shown.isClean();
});

test("tables are browsed and queried", async () => {
  const { page } = shown;
  await shown.open("tables");
  await page.getByRole("link", { name: /^orders customer_ids|^customers/ }).click();
  await page.getByRole("cell", { name: "demo-123", exact: true }).waitFor();
  await page.getByRole("textbox", { name: "id" }).fill("nobody");
  await page.getByRole("button", { name: "Query" }).click();
  await page.getByText("No items.").waitFor();
  await shown.isClean();
});

test("executions show their graph as it ran", async () => {
  const { page } = shown;
  await shown.open("executions");
  await page.getByLabel("State machine").first().selectOption({ label: "order-workflow" });
  await page.getByRole("list", { name: "Executions" }).getByRole("link").last().click();
  await page.locator('.state.good[aria-label^="ReserveStock"]').waitFor();
  await page.getByRole("button", { name: "ReserveStock", exact: true }).click();
  await page.getByLabel("Output").waitFor();
  await shown.isClean();
});

test("alarms show their state over time", async () => {
  const { page } = shown;
  await shown.open("alarms");
  await page.getByRole("searchbox", { name: "Part of a name" }).fill("orders-stuck");
  await page.getByRole("list", { name: "Alarms" }).getByRole("link").first().click();
  await page.getByText("Alarm updated from INSUFFICIENT_DATA to OK").waitFor();
  await shown.isClean();
});

test("the mailbox shows letters as a person reads them", async () => {
  const { page } = shown;
  await shown.open("mailbox");
  await page.getByLabel("To", { exact: true }).selectOption("ada@example.com");
  await page.locator(".letter", { hasText: "109.97" }).waitFor();
  await shown.isClean();
});

test("metrics are the dashboard that is deployed", async () => {
  const { page } = shown;
  await shown.open("metrics");
  await page.getByRole("heading", { name: "Are orders flowing?" }).waitFor();
  await page.getByRole("img", { name: /^Orders created, by door\. Last values: rest/ }).waitFor();
  await shown.isClean();
});

test("requests have a form with the key filled in, and the curl that does the same", async () => {
  const { page } = shown;
  await shown.open("requests");
  await page.getByRole("link", { name: /Place an order/ }).click();
  await page.getByText(`x-api-key: ${runtime.outputs["ordersApiKey"]}`).waitFor();
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByLabel("Body of the answer").getByText("Order accepted").waitFor();
  await shown.isClean();
});

test("all of it works with the keyboard alone", async () => {
  const { page } = shown;
  await shown.open("map");
  await page.reload();
  await page.locator("a.node").first().waitFor();
  await page.keyboard.press("Tab");
  assert.is(await page.evaluate("document.activeElement.textContent"), "Skip to content");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.is(await page.evaluate("document.activeElement.textContent"), "Place an order");
  const pane = page.getByRole("region", { name: /^Map of the system/ });
  await pane.focus();
  const scale = () => page.locator("svg.map > g").getAttribute("transform");
  const before = await scale();
  await page.keyboard.press("+");
  assert.is.not(await scale(), before);
  await page.keyboard.press("0");
  assert.is(await scale(), before);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("complementary").waitFor();
});

test("it is as readable in the dark", async () => {
  const dark = await openConsole(browser, pageUrl(), "dark");
  await dark.page.locator("a.node").first().waitFor();
  await dark.isClean();
  for (const view of ["orders", "metrics", "requests"]) {
    await dark.open(view);
    await dark.isClean();
  }
  await dark.close();
});

test("an order of an Express workflow shows its steps, and its machine why it lists no executions", async () => {
  const express = await startRuntime({
    root: ROOT,
    apiPort: 0,
    awsPort: 0,
    readLetter,
    config: localAddresses,
    console: async (context) =>
      (await import("../../cli/console/shop-console.ts")).localConsole(context),
  });
  try {
    const opened = await openConsole(
      browser,
      `http://localhost:${new URL(express.awsEndpoint).port}/_local/`,
    );
    const { page } = opened;
    await page.getByRole("button", { name: "…that needs retries" }).click();
    await page.getByRole("link", { name: "Open the order" }).click();
    const journey = page.getByRole("article", { name: /^order / });
    await journey.getByText("COMPLETED; money 109.97 EUR CAPTURED; stock SOLD").waitFor();
    await journey.getByText("Express workflow, 2 failed step attempts").waitFor();
    for (const step of ["ReserveStock", "ChargePayment", "ConfirmOrder"]) {
      await journey
        .getByRole("button", { name: new RegExp(`^${step}`) })
        .first()
        .waitFor();
    }
    await opened.open("executions");
    await page.getByLabel("State machine").first().selectOption({ label: "order-workflow" });
    await page.getByText("An Express machine keeps no executions").waitFor();
    await page.locator('.state[aria-label^="ReserveStock"]').waitFor();
    await opened.isClean();
  } finally {
    await express.stop();
  }
});

test.run();
