import { emittedMetrics } from "local-aws/emitted-metrics";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failureReasons } from "../../../handlers/orders/contract/status.ts";
import { announcementOf } from "../../../handlers/orders/rules/announcement.ts";
import { lettersFor } from "../../../handlers/orders/rules/letter.ts";
import { orderMetrics } from "../../../handlers/orders/rules/metrics.ts";
import type { Door, Order } from "../../../handlers/orders/rules/order.ts";
import { recordMetrics } from "../../../handlers/shared/metrics.ts";
import { sampleOrder } from "../../support/order-samples.ts";
import { monitoredShop } from "../support/watched-shop.ts";

const test = suite("dashboard");

type Series = string[];
interface Widget {
  type: "text" | "metric";
  x: number;
  y: number;
  width: number;
  height: number;
  properties: {
    markdown?: string;
    title: string;
    stat: string;
    period: number;
    region: string;
    view: string;
    metrics: (string | { label: string })[][];
  };
}

const shop = await monitoredShop();
const { dashboardName, dashboardBody } = shop.get("monitoring-dashboard").inputs;
const { widgets, ...others } = JSON.parse(String(dashboardBody)) as { widgets: Widget[] };
const graphs = widgets.filter(({ type }) => type === "metric");
/** Every line of a graph as namespace, metric, and dimensions by turns. */
const series = graphs.flatMap(({ properties }) =>
  properties.metrics.map((metric) => metric.filter((it): it is string => typeof it === "string")),
);
const business = series.filter(([namespace]) => namespace === "OrderProcessingSystem");

test("has the stack's name, and a body of widgets", () => {
  assert.is(dashboardName, "commerce-backend-test");
  assert.equal(others, {});
  assert.is(widgets.length, 20);
});

test("answers four questions from top to bottom, each with its graphs below", () => {
  const lines = [...widgets]
    .sort((a, b) => a.y - b.y || a.x - b.x)
    .map(({ type, properties }) => (type === "text" ? properties.markdown : properties.title));
  assert.equal(lines, [
    "## Are orders flowing?",
    "Orders created, by door",
    "Orders processed, by status",
    "Payments, by outcome",
    "Notifications sent, by channel",
    "## Is anything stuck?",
    "Late orders",
    "Age of the oldest message (s)",
    "Messages in dead-letter queues",
    "Stream iterator age (ms)",
    "## Is anything failing?",
    "Failed executions",
    "Function errors",
    "5xx responses",
    "p99 latency (ms)",
    "## What does it cost?",
    "Requests",
    "Function duration (ms)",
    "Consumed write capacity units",
    "Started executions",
  ]);
});

test("widgets lie within 24 columns, and none on another", () => {
  const taken = new Map<string, number>();
  for (const [index, { x, y, width, height }] of widgets.entries()) {
    assert.ok([x, y, width, height].every(Number.isInteger), `widget ${index}`);
    assert.ok(x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= 24, `widget ${index}`);
    for (let column = x; column < x + width; column++) {
      for (let row = y; row < y + height; row++) {
        const place = `${column},${row}`;
        assert.is(taken.get(place), undefined, `${index} lies on another at ${place}`);
        taken.set(place, index);
      }
    }
  }
});

test("every graph is of the stack's region, by the minute, and has something to show", () => {
  for (const { properties } of graphs) {
    const { title, region, period, view, metrics } = properties;
    assert.equal([region, period, view], ["eu-central-1", 60, "timeSeries"], title);
    assert.ok(metrics.length > 0, title);
  }
  const stats = graphs.map(({ properties }) => properties.stat);
  assert.equal([...new Set(stats)].sort(), ["Maximum", "Sum", "p99"]);
});

test("each thing has a line of its own, with its name", () => {
  const latency = graphs.find(({ properties }) => properties.title.includes("latency"));
  assert.equal(latency?.properties.metrics, [
    [
      ...[
        "AWS/ApiGateway",
        "Latency",
        "ApiName",
        "commerce-backend-test-customers",
        "Stage",
        "prod",
      ],
      { label: "shop-rest" },
    ],
    [
      ...["AWS/ApiGateway", "Latency", "ApiId", "shop-http.id", "Stage", "prod"],
      { label: "shop-http" },
    ],
  ]);
});

test("metrics of AWS are ones that AWS emits, with dimensions that it emits them with", () => {
  const ofAws = series.filter(([namespace = ""]) => namespace.startsWith("AWS/"));
  assert.ok(ofAws.length > 15);
  const unknown = ofAws.filter(([namespace = "", metric = "", ...pairs]) => {
    const names = pairs.filter((_, index) => index % 2 === 0);
    const sets = emittedMetrics[namespace]?.metrics[metric]?.dimensions ?? [];
    return !sets.some((set) => [...set].sort().join() === [...names].sort().join());
  });
  assert.equal(unknown, []);
  assert.is(ofAws.length + business.length, series.length);
});

interface Directive {
  Namespace: string;
  Dimensions: string[][];
  Metrics: { Name: string }[];
}

/** What the handlers of orders emit of an order that becomes `after`. */
function emittedBy(after: Order, before?: Order): Series[] {
  const announcement = announcementOf(after, before);
  if (!announcement) throw new Error("nothing is told of it");
  const lines: string[] = [];
  const { write } = process.stdout;
  process.stdout.write = (text: string | Uint8Array) => lines.push(String(text)) > 0;
  try {
    recordMetrics(orderMetrics(announcement, after), {}, new Date(0));
  } finally {
    process.stdout.write = write;
  }
  const counted = lines.flatMap((line) => {
    const { _aws, ...values } = JSON.parse(line);
    return _aws.CloudWatchMetrics.map(
      ({ Namespace, Dimensions: [[dimension = ""] = []], Metrics: [metric] }: Directive) => [
        Namespace,
        metric?.Name,
        dimension,
        values[dimension],
      ],
    );
  });
  const sent = lettersFor(announcement).map(({ channel }) => channel);
  const letters = sent.map((it) => ["OrderProcessingSystem", "NotificationsSent", "Channel", it]);
  return [...counted, ...letters];
}

test("business metrics are all that the handlers emit, and nothing else", () => {
  const pending = sampleOrder();
  const doors: Record<Door, true> = { rest: true, http: true, direct: true };
  const created = Object.keys(doors).map((door) => sampleOrder({ door: door as Door }));
  const completed = sampleOrder({ status: "COMPLETED", paymentStatus: "CAPTURED" });
  const failed = failureReasons.flatMap((failureReason) =>
    (["REFUNDED", "VOIDED"] as const).map((paymentStatus) =>
      sampleOrder({ status: "FAILED", paymentStatus, failureReason }),
    ),
  );
  const emitted = [
    ...created.flatMap((order) => emittedBy(order)),
    ...[completed, ...failed].flatMap((order) => emittedBy(order, pending)),
    // The reconciler's, which asks AWS about orders first.
    ["OrderProcessingSystem", "OrdersLate", "Service", "orders"],
  ];
  const distinct = (all: Series[]) => [...new Set(all.map((it) => it.slice(1).join(" ")))].sort();
  // The value of orders is in another unit for each currency, and on no graph.
  const shown = distinct(emitted).filter((name) => !name.startsWith("OrderValue "));
  assert.equal(distinct(business), shown);
  assert.is(business.length, shown.length);
});

test("what a component gets more of is on it without being named", async () => {
  const larger = await monitoredShop({}, (it) => {
    it.addWorkflow("shop-nights", it.addFunction("shop-pack", "handlers/ingest/ingest.ts"));
  });
  const body = String(larger.get("monitoring-dashboard").inputs["dashboardBody"]);
  const labels = [...body.matchAll(/"label":"(shop-nights|shop-pack)"/g)].map(([, name]) => name);
  assert.equal(labels.sort(), ["shop-nights", "shop-nights", "shop-pack", "shop-pack"]);
});

test.run();
