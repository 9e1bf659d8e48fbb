import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { METRICS_NAMESPACE } from "../../handlers/shared/contract.ts";
import type { HandlerFunction, Inventory } from "../aws/inventory.ts";

type Series = [namespace: string, metric: string, ...rest: pulumi.Input<unknown>[]];

interface Graph {
  title: string;
  series: Series[];
  stat: string;
}

const WIDTH = 24;
const HEIGHT = 6;

/** An operator's questions, from top to bottom. */
function questions(inventory: Inventory): [question: string, graphs: Graph[]][] {
  const { workQueues, deadLetterQueues, functions, restApis, httpApis } = inventory;
  const stateMachines = { ...inventory.stateMachines, ...inventory.expressMachines };
  const business = (metric: string, dimension: string, values: string[]): Series[] =>
    values.map((value) => [METRICS_NAMESPACE, metric, dimension, value]);
  const ofQueue = (queues: Record<string, aws.sqs.Queue>, metric: string): Series[] =>
    label(queues, ({ name }) => ["AWS/SQS", metric, "QueueName", name]);
  const ofMachine = (metric: string): Series[] =>
    label(stateMachines, ({ arn }) => ["AWS/States", metric, "StateMachineArn", arn]);
  const ofFunctions = (of: Record<string, HandlerFunction>, metric: string): Series[] =>
    label(of, ({ lambda }) => ["AWS/Lambda", metric, "FunctionName", lambda.name]);
  const ofFunction = (metric: string) => ofFunctions(functions, metric);
  const ofApi = (rest: string, http: string): Series[] => [
    ...label(
      restApis,
      (it): Series => [
        "AWS/ApiGateway",
        rest,
        "ApiName",
        it.rest.name,
        "Stage",
        it.stage.stageName,
      ],
    ),
    ...label(
      httpApis,
      (it): Series => ["AWS/ApiGateway", http, "ApiId", it.apiId, "Stage", it.name],
    ),
  ];
  const ofTable = (metric: string): Series[] =>
    label(inventory.tables, ({ name }) => ["AWS/DynamoDB", metric, "TableName", name]);
  return [
    [
      "Are orders flowing?",
      [
        {
          title: "Orders created, by door",
          series: business("OrdersCreated", "Door", ["rest", "http", "direct"]),
          stat: "Sum",
        },
        {
          title: "Orders processed, by status",
          series: business("OrdersProcessed", "Status", ["COMPLETED", "FAILED"]),
          stat: "Sum",
        },
        {
          title: "Payments, by outcome",
          series: business("PaymentsProcessed", "Outcome", [
            "captured",
            "declined",
            "refunded",
            "voided",
          ]),
          stat: "Sum",
        },
        {
          title: "Notifications sent, by channel",
          series: business("NotificationsSent", "Channel", ["email", "sms"]),
          stat: "Sum",
        },
      ],
    ],
    [
      "Is anything stuck?",
      [
        {
          title: "Late orders",
          series: business("OrdersLate", "Service", ["orders"]),
          stat: "Maximum",
        },
        {
          title: "Age of the oldest message (s)",
          series: ofQueue(workQueues, "ApproximateAgeOfOldestMessage"),
          stat: "Maximum",
        },
        {
          title: "Messages in dead-letter queues",
          series: ofQueue(deadLetterQueues, "ApproximateNumberOfMessagesVisible"),
          stat: "Maximum",
        },
        {
          title: "Stream iterator age (ms)",
          series: ofFunctions(inventory.streamFunctions, "IteratorAge"),
          stat: "Maximum",
        },
      ],
    ],
    [
      "Is anything failing?",
      [
        { title: "Failed executions", series: ofMachine("ExecutionsFailed"), stat: "Sum" },
        { title: "Function errors", series: ofFunction("Errors"), stat: "Sum" },
        { title: "5xx responses", series: ofApi("5XXError", "5xx"), stat: "Sum" },
        { title: "p99 latency (ms)", series: ofApi("Latency", "Latency"), stat: "p99" },
      ],
    ],
    [
      "What does it cost?",
      [
        { title: "Requests", series: ofApi("Count", "Count"), stat: "Sum" },
        { title: "Function duration (ms)", series: ofFunction("Duration"), stat: "Sum" },
        {
          title: "Consumed write capacity units",
          series: ofTable("ConsumedWriteCapacityUnits"),
          stat: "Sum",
        },
        { title: "Started executions", series: ofMachine("ExecutionsStarted"), stat: "Sum" },
      ],
    ],
  ];
}

/** A dashboard that shows whether everything works. */
export function dashboard(
  name: string,
  { inventory }: { inventory: Inventory },
  parent: pulumi.Resource,
): aws.cloudwatch.Dashboard {
  const { region } = aws.getRegionOutput();
  const widgets = questions(inventory).flatMap(([question, graphs], row) => [
    {
      type: "text",
      x: 0,
      y: row * (HEIGHT + 1),
      width: WIDTH,
      height: 1,
      properties: { markdown: `## ${question}` },
    },
    ...graphs.map(({ title, series, stat }, column) => ({
      type: "metric",
      x: (column * WIDTH) / graphs.length,
      y: row * (HEIGHT + 1) + 1,
      width: WIDTH / graphs.length,
      height: HEIGHT,
      properties: { title, metrics: series, stat, period: 60, region, view: "timeSeries" },
    })),
  ]);
  return new aws.cloudwatch.Dashboard(
    `${name}-dashboard`,
    {
      dashboardName: `${pulumi.getProject()}-${pulumi.getStack()}`,
      dashboardBody: pulumi.jsonStringify({ widgets }),
    },
    { parent },
  );
}

/** One series per resource, labelled with its logical name. */
function label<T>(resources: Record<string, T>, seriesOf: (resource: T) => Series): Series[] {
  return Object.entries(resources).map(([name, it]) => [...seriesOf(it), { label: name }]);
}
