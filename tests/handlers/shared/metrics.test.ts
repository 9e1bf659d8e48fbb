import { suite } from "uvu";
import * as assert from "uvu/assert";
import { recordMetrics } from "../../../handlers/shared/metrics.ts";

const test = suite("recording a metric");

/** What is written to standard output meanwhile, line by line. */
function linesOf(work: () => void): string[] {
  const lines: string[] = [];
  const { write } = process.stdout;
  process.stdout.write = (text: string | Uint8Array) => lines.push(String(text)) > 0;
  try {
    work();
  } finally {
    process.stdout.write = write;
  }
  return lines;
}

test("a metric is one line in CloudWatch's embedded metric format", () => {
  const dimension: [string, string] = ["Service", "orders"];
  const metric = { name: "OrdersLate", value: 0, unit: "Count", dimension } as const;
  const at = new Date("2026-11-21T09:30:00.000Z");
  assert.equal(
    linesOf(() => recordMetrics([metric], { orderId: "o-1" }, at)),
    [
      '{"_aws":{"Timestamp":1795253400000,"CloudWatchMetrics":[{"Namespace":"OrderProcessingSystem","Dimensions":[["Service"]],"Metrics":[{"Name":"OrdersLate","Unit":"Count"}]}]},"Service":"orders","OrdersLate":0,"orderId":"o-1"}\n',
    ],
  );
});

test("metrics of one event are one line, each with its own dimension", () => {
  const created = {
    name: "OrdersCreated",
    value: 1,
    unit: "Count",
    dimension: ["Door", "rest"] as [string, string],
  } as const;
  const worth = {
    name: "OrderValue",
    value: 9.99,
    unit: "None",
    dimension: ["Currency", "EUR"] as [string, string],
  } as const;
  assert.equal(
    linesOf(() => recordMetrics([created, worth], { orderId: "o-1" }, new Date(0))),
    [
      '{"_aws":{"Timestamp":0,"CloudWatchMetrics":[{"Namespace":"OrderProcessingSystem","Dimensions":[["Door"]],"Metrics":[{"Name":"OrdersCreated","Unit":"Count"}]},{"Namespace":"OrderProcessingSystem","Dimensions":[["Currency"]],"Metrics":[{"Name":"OrderValue","Unit":"None"}]}]},"Door":"rest","Currency":"EUR","OrdersCreated":1,"OrderValue":9.99,"orderId":"o-1"}\n',
    ],
  );
});

test("no metric is no line", () => {
  assert.equal(
    linesOf(() => recordMetrics([], { orderId: "o-1" }, new Date(0))),
    [],
  );
});

test.run();
