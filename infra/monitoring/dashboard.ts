import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { METRICS_NAMESPACE } from "../../handlers/shared/contract.ts";
import type { Watched } from "../aws/watched.ts";

type Series = [namespace: string, metric: string, ...rest: pulumi.Input<unknown>[]];

interface Graph {
  title: string;
  series: Series[];
  stat: string;
}

const WIDTH = 24;
const HEIGHT = 6;

/** The questions of an operator, from top to bottom. */
function questions(watched: Watched): [question: string, graphs: Graph[]][] {
  const { workQueues, deadLetterQueues, stateMachines, functions, restApis, httpApis } = watched;
  const business = (metric: string, dimension: string, values: string[]): Series[] =>
    values.map((value) => [METRICS_NAMESPACE, metric, dimension, value]);
  const ofQueue = (queues: Record<string, aws.sqs.Queue>, metric: string): Series[] =>
    label(queues, ({ name }) => ["AWS/SQS", metric, "QueueName", name]);
  const ofMachine = (metric: string): Series[] =>
    label(stateMachines, ({ arn }) => ["AWS/States", metric, "StateMachineArn", arn]);
  const ofFunction = (metric: string): Series[] =>
    label(functions, ({ name }) => ["AWS/Lambda", metric, "FunctionName", name]);
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
    label(watched.tables, ({ name }) => ["AWS/DynamoDB", metric, "TableName", name]);
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
          title: "Orders ended, by status",
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
          title: "Letters sent, by channel",
          series: business("NotificationsSent", "Channel", ["email", "sms"]),
          stat: "Sum",
        },
      ],
    ],
    [
      "Is anything stuck?",
      [
        {
          title: "Orders that are late",
          series: business("OrdersLate", "Service", ["orders"]),
          stat: "Maximum",
        },
        {
          title: "Age of the oldest message, s",
          series: ofQueue(workQueues, "ApproximateAgeOfOldestMessage"),
          stat: "Maximum",
        },
        {
          title: "Messages that nobody could work off",
          series: ofQueue(deadLetterQueues, "ApproximateNumberOfMessagesVisible"),
          stat: "Maximum",
        },
        {
          title: "How far stream readers are behind, ms",
          series: label(watched.streamReaders, ({ name }) => [
            "AWS/Lambda",
            "IteratorAge",
            "FunctionName",
            name,
          ]),
          stat: "Maximum",
        },
      ],
    ],
    [
      "Is anything failing?",
      [
        { title: "Workflows failed", series: ofMachine("ExecutionsFailed"), stat: "Sum" },
        { title: "Errors of functions", series: ofFunction("Errors"), stat: "Sum" },
        { title: "Requests answered 5xx", series: ofApi("5XXError", "5xx"), stat: "Sum" },
        { title: "Latency, 99th of 100, ms", series: ofApi("Latency", "Latency"), stat: "p99" },
      ],
    ],
    [
      "What does it cost?",
      [
        { title: "Requests", series: ofApi("Count", "Count"), stat: "Sum" },
        { title: "Time of functions, ms", series: ofFunction("Duration"), stat: "Sum" },
        {
          title: "Units written to tables",
          series: ofTable("ConsumedWriteCapacityUnits"),
          stat: "Sum",
        },
        { title: "Executions started", series: ofMachine("ExecutionsStarted"), stat: "Sum" },
      ],
    ],
  ];
}

/** A page in the console that answers whether all is well. */
export function dashboard(
  name: string,
  watched: Watched,
  parent: pulumi.Resource,
): aws.cloudwatch.Dashboard {
  const { region } = aws.getRegionOutput();
  const widgets = questions(watched).flatMap(([question, graphs], row) => [
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

/** A series for each thing, with the thing's name. */
function label<T>(things: Record<string, T>, seriesOf: (thing: T) => Series): Series[] {
  return Object.entries(things).map(([name, thing]) => [...seriesOf(thing), { label: name }]);
}
