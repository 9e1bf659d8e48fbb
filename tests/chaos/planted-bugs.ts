/** A change of the program that a search has to find. */
export interface PlantedBug {
  name: string;
  /** Path from the project's root. */
  file: string;
  plant(text: string): string;
}

const swap =
  (from: string, to: string) =>
  (text: string): string =>
    text.replace(from, to);

interface Task {
  Retry: { ErrorEquals: string[]; MaxAttempts: number }[];
  Catch: { Next: string }[];
  Next: string;
}

/** Changes one state of the order workflow. */
const state =
  (name: string, change: (task: Task) => void) =>
  (text: string): string => {
    const definition = JSON.parse(text) as { States: Record<string, Task> };
    const task = definition.States[name];
    if (task) change(task);
    return JSON.stringify(definition, undefined, 2);
  };

const WORKFLOW = "infra/orders/workflow.asl.json";
const LETTERS = "handlers/orders/store/letters.ts";
const INTAKE = "handlers/orders/store/intake.ts";
const EVENTS = "handlers/orders/pipeline/order-events.ts";
const PROCESS = "handlers/orders/pipeline/process-order.ts";
const GATEWAY = "handlers/orders/payment/simulated/simulated-gateway.ts";

/** Bugs that have all been made somewhere: each breaks one promise, and only when something else goes wrong. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: "a letter's claim belongs to nobody, so that a retry sends nothing",
    file: LETTERS,
    plant: swap('if (found.delivery === request.delivery) return "claimed";', ""),
  },
  {
    name: "a letter is claimed by every delivery",
    file: LETTERS,
    plant: swap('ConditionExpression: "attribute_not_exists(PK)",', ""),
  },
  {
    name: "a step that crashes once turns the sale back",
    file: WORKFLOW,
    plant: state("ChargePayment", ({ Retry }) => {
      for (const rule of Retry) rule.ErrorEquals = ["TransientError"];
    }),
  },
  {
    name: "a step is not tried again",
    file: WORKFLOW,
    plant: state("ReserveStock", ({ Retry }) => {
      for (const rule of Retry) rule.MaxAttempts = 0;
    }),
  },
  {
    name: "an order that cannot be charged is rejected without being fenced",
    file: WORKFLOW,
    plant: state("ChargePayment", ({ Catch }) => {
      for (const rule of Catch) rule.Next = "RejectOrder";
    }),
  },
  {
    name: "the stock of a failed order stays held",
    file: "handlers/orders/store/stock.ts",
    plant: swap(
      'if (order.stockStatus !== "HELD"',
      'if (outcome === "free" || order.stockStatus !== "HELD"',
    ),
  },
  {
    name: "an order is written over whatever version it has",
    file: "handlers/orders/store/orders.ts",
    plant: swap('"version = :version"', '"version >= :version OR version < :version"'),
  },
  {
    name: "a key is not compared with the body that it came with",
    file: "handlers/orders/doors/place-order.ts",
    plant: swap("record.fingerprint !== claim?.fingerprint", "record.fingerprint === undefined"),
  },
  {
    name: "a key is not remembered",
    file: INTAKE,
    plant: swap("if (!claim) return putAlone", "if (!claim || claim.key) return putAlone"),
  },
  {
    name: "an order and its key are two writes",
    file: INTAKE,
    plant: swap(
      "const failed = await writeTogether(client, writes);",
      "const failed = (await writeTogether(client, writes.slice(1))).map((one) => ({ ...one, index: 1 }));\n    if (failed.length === 0) await putAlone(client, putOrder(order));",
    ),
  },
  {
    name: "an execution that exists is an error",
    file: "handlers/orders/workflow/executions.ts",
    plant: swap("if (!(error instanceof ExecutionAlreadyExists)) throw error;", "throw error;"),
  },
  {
    name: "an execution's name is random",
    file: "handlers/orders/workflow/executions.ts",
    // The name then begins with something that no execution of the order has.
    plant: swap("? `order-", `? \`order-${"$"}{String(Math.random()).slice(2)}-`),
  },
  {
    name: "a message that failed is acknowledged",
    file: PROCESS,
    plant: swap("return [{ itemIdentifier: record.messageId }];", "return [];"),
  },
  {
    name: "a direct order that repeats another is found under no id",
    file: PROCESS,
    plant: swap("await deps.alias(", "if (!deps) await deps.alias("),
  },
  {
    name: "entries that a topic refused count as published",
    file: EVENTS,
    plant: swap(
      "return Failed.flatMap(({ Id }) => announcements[Number(Id)] ?? []);",
      "return Failed.flatMap(() => []);",
    ),
  },
  {
    name: "a record that could not be announced is not reported",
    file: EVENTS,
    plant: swap("const first = failed ?? unreadable;", "const first = failed && unreadable;"),
  },
  {
    name: "an event is marked before it is published",
    file: EVENTS,
    plant: swap(
      "const open = new Set(await deps.publish(",
      "await deps.marks.mark(waiting.map(({ announcement }) => announcement));\n  const open = new Set(await deps.publish(",
    ),
  },
  {
    name: "the end of an order is not announced",
    file: "infra/orders/announcements.ts",
    plant: swap('changedTo(["COMPLETED", "FAILED"], ["PROCESSING"]),', ""),
  },
  {
    name: "a charge that is called off leaves no mark",
    file: GATEWAY,
    plant: swap(
      'const { state } = await ledger.enter({ id: chargeKey, state: "VOIDED", at });',
      'const { state } = (await ledger.find(chargeKey)) ?? { state: "VOIDED", at };',
    ),
  },
  {
    name: "the provider's books can be written over",
    file: "handlers/orders/payment/simulated/ledger.ts",
    plant: swap('"attribute_not_exists(id)"', '"attribute_not_exists(id) OR attribute_exists(id)"'),
  },
  {
    name: "a charge that comes after the fence counts",
    file: "handlers/orders/rules/lifecycle.ts",
    plant: swap('isOpen(order) && order.stockStatus === "HELD"', 'order.stockStatus === "HELD"'),
  },
  {
    name: "the reconciler passes over orders that wait",
    file: "handlers/orders/pipeline/reconcile.ts",
    plant: swap('["PENDING", "PROCESSING"]', '["PROCESSING"]'),
  },
  {
    name: "the open door makes a new id each time",
    file: "handlers/orders/doors/accept-order.ts",
    plant: (text) => text.replace(/key \? orderIdFor\([^;]*?\) : deps\.newId\(\)/, "deps.newId()"),
  },
  {
    name: "messages are visible again while they are worked on",
    file: "infra/aws/queue.ts",
    plant: swap("6 * consumerTimeoutSeconds", "1 * consumerTimeoutSeconds"),
  },
  {
    name: "one message that fails blames its whole batch",
    file: "infra/aws/queue-function.ts",
    plant: swap('functionResponseTypes: ["ReportBatchItemFailures"],', ""),
  },
  {
    name: "a notification that fails for good goes nowhere",
    file: "infra/aws/async-function.ts",
    plant: swap("destinationConfig: { onFailure: { destination: deadLetters.arn } },", ""),
  },
  {
    name: "a step that fails for good ends the run",
    file: WORKFLOW,
    plant: state("ConfirmOrder", (task) => {
      Object.assign(task, { Catch: [] });
    }),
  },
  {
    name: "a refund is not waited for",
    file: WORKFLOW,
    plant: state("RefundPayment", ({ Catch }) => {
      for (const rule of Catch) if (rule.Next === "ParkRefund") rule.Next = "ReleaseStock";
    }),
  },
  {
    name: "an id that leads to an order is forgotten after a day",
    file: "handlers/orders/store/aliases.ts",
    plant: swap(
      "const Item = { ...aliasKey(alias), orderId };",
      "const Item = { ...aliasKey(alias), orderId, expiresAt: Math.floor(Date.now() / 1000) + 86_400 };",
    ),
  },
  {
    name: "a customer is created again",
    file: "handlers/customers/put-customer.ts",
    plant: swap('"attribute_not_exists(id)"', '"attribute_not_exists(id) OR attribute_exists(id)"'),
  },
  {
    name: "a customer who is created is not announced",
    file: "infra/customer-api.ts",
    plant: swap('eventName: ["INSERT"]', 'eventName: ["REMOVE"]'),
  },
  {
    name: "an ingest is stored over the one before",
    file: "handlers/ingest/ingest.ts",
    plant: swap(
      '"attribute_not_exists(request_id) OR expires_at <= :now"',
      '"attribute_not_exists(request_id) OR expires_at <= :now OR attribute_exists(request_id)"',
    ),
  },
  {
    name: "an ingest is not compared with the one before",
    file: "handlers/ingest/ingest.ts",
    plant: swap("stored.payload_hash !== record.payload_hash", "stored.payload_hash === undefined"),
  },
  {
    name: "what was announced is announced again",
    file: EVENTS,
    plant: swap(
      "unique.filter(({ announcement }) => !done.has(announcement))",
      "unique.filter(() => done)",
    ),
  },
  {
    name: "the day of a key begins when its message is handled",
    file: PROCESS,
    plant: swap("Math.floor(Date.parse(order.createdAt) / 1000)", "Math.floor(Date.now() / 1000)"),
  },
  {
    name: "units are moved whether there are any or not",
    file: "handlers/orders/store/stock.ts",
    plant: swap('ConditionExpression: "#from >= :quantity",', ""),
  },
  {
    name: "a letter is sent before it is booked",
    file: "handlers/orders/pipeline/notify-customer.ts",
    plant: (text) =>
      text
        .replace("await send(letter, letterId(announcement, letter), announcement);", "")
        .replace(
          "const claim = await book.claim(request);",
          "await send(letter, letterId(announcement, letter), announcement);\n        const claim = await book.claim(request);",
        ),
  },
  {
    name: "the reconciler starts orders again whose workflow runs",
    file: "handlers/orders/pipeline/reconcile.ts",
    plant: swap('if (run.state === "running") return', 'if (run.state === "gone") return'),
  },
  {
    name: "the reconciler gives up orders whose workflow has ended",
    file: "handlers/orders/pipeline/reconcile.ts",
    plant: swap("else await deps.executions.start(order, run.attempt + 1);", ""),
  },
  {
    name: "a step is not tried again when its function is gone",
    file: WORKFLOW,
    plant: state("ConfirmOrder", ({ Retry }) => {
      for (const rule of Retry) {
        if (rule.ErrorEquals.includes("States.ALL")) {
          rule.ErrorEquals = ["TransientError", "States.Timeout", "Lambda.ServiceException"];
        }
      }
    }),
  },
  {
    name: "dead letters go to another queue",
    file: "infra/aws/queue.ts",
    plant: swap(
      "deadLetterTargetArn: deadLetters.arn",
      'deadLetterTargetArn: deadLetters.arn.apply((arn) => arn.replace("orders-dlq", "order-workflow-reconcile-dlq"))',
    ),
  },
  {
    name: "one record that cannot be read blocks its batch",
    file: "infra/aws/stream-function.ts",
    plant: swap("bisectBatchOnFunctionError: true,", ""),
  },
  {
    name: "a stream is read once, and what fails is given up",
    file: "infra/aws/stream-reading.ts",
    plant: (text) => text.replace(/maximumRetryAttempts: [^,]+,/, "maximumRetryAttempts: 0,"),
  },
  {
    name: "prices are not looked at behind the queue",
    file: "handlers/orders/store/stock.ts",
    plant: swap('order.door === "rest" ? [] :', "order.door ? [] :"),
  },
  {
    name: "money is given back under a new key each time",
    file: "handlers/orders/saga/refund-payment.ts",
    plant: swap("refundKey(orderId))", "refundKey(orderId) + deps.now().getTime())"),
  },
  {
    name: "a charge has a new key each time",
    file: "handlers/orders/saga/charge-payment.ts",
    plant: swap("key: chargeKey(orderId),", "key: chargeKey(orderId) + deps.now().getTime(),"),
  },
];
