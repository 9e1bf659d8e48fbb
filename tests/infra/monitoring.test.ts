import { parseQuery } from "local-aws/insights-query";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Inventory } from "../../infra/aws/inventory.ts";
import { logGroup } from "../../infra/aws/log-group.ts";
import { savedQueries } from "../../infra/monitoring/saved-queries.ts";
import { Monitoring } from "../../infra/monitoring.ts";
import { componentOn } from "./support/foundation.ts";
import { monitoredShop, WatchedShop } from "./support/watched-shop.ts";

const test = suite("Monitoring");

const QUERY = "aws:cloudwatch/queryDefinition:QueryDefinition";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";
const ACCOUNT = { StringEquals: { "aws:SourceAccount": "111122223333" } };
const BUDGETS = { Service: "budgets.amazonaws.com" };
const CLOUDWATCH = { Service: "cloudwatch.amazonaws.com" };

const shop = await monitoredShop();
const inputs = (name: string) => shop.get(name).inputs;
const json = (value: unknown) => JSON.parse(String(value));

test("is the parent of everything that it creates", () => {
  const own = shop.all.filter(({ name }) => name.startsWith("monitoring-"));
  assert.ok(own.length > 25);
  assert.equal(
    own.filter(({ parent }) => parent !== "monitoring"),
    [],
  );
});

test("tells of alarms by a topic that is encrypted with a key of its own", () => {
  assert.equal(inputs("monitoring-alerts-topic"), {
    displayName: "Alerts",
    kmsMasterKeyId: "monitoring-alerts-key.arn",
    signatureVersion: 2,
  });
});

test("the key is renewed every year, and gone a week after the stack", () => {
  const { policy, ...rest } = inputs("monitoring-alerts-key");
  assert.equal(rest, {
    description: "Encrypts the data of commerce-backend test",
    enableKeyRotation: true,
    deletionWindowInDays: 7,
  });
  assert.type(policy, "string");
});

test("the key is the account's; services that send and store use it for this account only", () => {
  const use = ["kms:Decrypt", "kms:GenerateDataKey*"];
  assert.equal(json(inputs("monitoring-alerts-key")["policy"]), {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::111122223333:root" },
        Action: "kms:*",
        Resource: "*",
      },
      {
        Effect: "Allow",
        Principal: {
          Service: [
            "budgets.amazonaws.com",
            "cloudwatch.amazonaws.com",
            "events.amazonaws.com",
            "sns.amazonaws.com",
          ],
        },
        Action: use,
        Resource: "*",
        Condition: ACCOUNT,
      },
      {
        Effect: "Allow",
        Principal: { Service: "logs.eu-central-1.amazonaws.com" },
        Action: [
          "kms:Decrypt",
          "kms:DescribeKey",
          "kms:Encrypt",
          "kms:GenerateDataKey*",
          "kms:ReEncrypt*",
        ],
        Resource: "*",
        Condition: {
          ArnLike: {
            "kms:EncryptionContext:aws:logs:arn":
              "arn:aws:logs:eu-central-1:111122223333:log-group:*",
          },
        },
      },
      {
        Effect: "Allow",
        Principal: { Service: "delivery.logs.amazonaws.com" },
        Action: "kms:Decrypt",
        Resource: "*",
        Condition: ACCOUNT,
      },
    ],
  });
});

test("alerts use the stack's own key where it has one", async () => {
  const own = await monitoredShop({ config: { "encryption:customerManagedKey": "true" } });
  assert.is(own.get("monitoring-alerts-topic").inputs["kmsMasterKeyId"], "foundation-key.arn");
  assert.is(own.ofType("aws:kms/key:Key").length, 1);
});

test("a budget notifies of costs that exceed it, and of those that are forecast to", async () => {
  const BUDGET = "aws:budgets/budget:Budget";
  assert.equal(shop.ofType(BUDGET), []);
  const limited = await monitoredShop({ config: { "monitoring:monthlyBudgetUsd": "50" } });
  const notification = {
    comparisonOperator: "GREATER_THAN",
    threshold: 100,
    thresholdType: "PERCENTAGE",
    subscriberSnsTopicArns: ["monitoring-alerts-topic.arn"],
  };
  assert.equal(
    limited.ofType(BUDGET).map((it) => it.inputs),
    [
      {
        budgetType: "COST",
        limitAmount: "50",
        limitUnit: "USD",
        timeUnit: "MONTHLY",
        notifications: [
          { ...notification, notificationType: "ACTUAL" },
          { ...notification, notificationType: "FORECASTED" },
        ],
      },
    ],
  );
});

test("CloudWatch and Budgets may publish for this account only, and nobody without TLS", () => {
  const { policy, ...rest } = inputs("monitoring-alerts-topic-policy");
  assert.equal(rest, { arn: "monitoring-alerts-topic.arn" });
  const publishing = { Action: "sns:Publish", Resource: "monitoring-alerts-topic.arn" };
  assert.equal(json(policy), {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Principal: "*",
        ...publishing,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      { Effect: "Allow", Principal: CLOUDWATCH, ...publishing, Condition: ACCOUNT },
      { Effect: "Allow", Principal: BUDGETS, ...publishing, Condition: ACCOUNT },
    ],
  });
});

test("writes to nobody unless an address is set", async () => {
  assert.equal(shop.ofType(SUBSCRIPTION), []);
  const none = await monitoredShop({ config: { "monitoring:email": "none" } });
  assert.equal(none.ofType(SUBSCRIPTION), []);
});

test("writes to the address what is an alarm or was one", async () => {
  const told = await monitoredShop({ config: { "monitoring:email": "me@example.com" } });
  assert.equal(
    told.ofType(SUBSCRIPTION).map(({ name }) => name),
    ["monitoring-alerts-email"],
  );
  const { filterPolicy, redrivePolicy, ...rest } = told.get("monitoring-alerts-email").inputs;
  assert.equal(json(redrivePolicy), { deadLetterTargetArn: "monitoring-alerts-dlq.arn" });
  assert.equal(rest, {
    topic: "monitoring-alerts-topic.arn",
    protocol: "email",
    endpoint: "me@example.com",
    filterPolicyScope: "MessageBody",
  });
  assert.equal(json(filterPolicy), {
    $or: [
      { NewStateValue: ["ALARM"] },
      { OldStateValue: ["ALARM"] },
      { NewStateValue: [{ exists: false }] },
    ],
  });
});

test("tells where alerts go and where the dashboard is", () => {
  assert.equal(shop.outputs, {
    alertsTopicArn: "monitoring-alerts-topic.arn",
    dashboardUrl:
      "https://console.aws.amazon.com/cloudwatch/home?region=eu-central-1#dashboards/dashboard/commerce-backend-test",
  });
});

test("saves three queries in a folder of the stack's own", () => {
  const saved = shop.ofType(QUERY).map(({ name, inputs }) => `${name}: ${inputs["name"]}`);
  assert.equal(saved.sort(), [
    "monitoring-duration-by-function: commerce-backend/test/duration by function",
    "monitoring-errors-newest-first: commerce-backend/test/errors, newest first",
    "monitoring-journey-of-one-order: commerce-backend/test/journey of one order",
  ]);
});

for (const [title, query] of Object.entries(savedQueries)) {
  test(`Logs Insights can read the query "${title}"`, () => {
    const kinds = parseQuery(query).map(({ kind }) => kind);
    assert.ok(kinds.includes("filter") && kinds.includes("sort"), kinds.join());
  });

  test(`the query "${title}" looks into every log group`, () => {
    const saved = shop.ofType(QUERY).find(({ inputs }) => String(inputs["name"]).endsWith(title));
    const { queryString, logGroupNames } = saved?.inputs ?? {};
    assert.is(queryString, query);
    assert.equal((logGroupNames as string[]).sort(), [
      "/aws/apigateway/commerce-backend/test/shop-http",
      "/aws/apigateway/commerce-backend/test/shop-rest",
      "/aws/lambda/commerce-backend/test/shop-sell",
      "/aws/lambda/commerce-backend/test/shop-tell",
      "/aws/vendedlogs/states/commerce-backend/test/shop-days",
    ]);
  });
}

const withLogGroups = (count: number) => (shop: WatchedShop) => {
  for (let index = 0; index < count; index++) {
    logGroup(`more-${index}`, { key: `more${index}`, writer: "/aws/lambda" }, shop);
  }
};

test("as many log groups as Logs Insights searches at once are taken", async () => {
  const [saved] = (await monitoredShop({}, withLogGroups(45))).ofType(QUERY);
  assert.is((saved?.inputs["logGroupNames"] as string[] | undefined)?.length, 50);
});

test("one log group more is refused, with the limit and what to do", async () => {
  let refusal = "it was accepted";
  await componentOn((foundation) => {
    const shop = new WatchedShop("shop", foundation);
    withLogGroups(46)(shop);
    try {
      new Monitoring("monitoring", { foundation, inventory: Inventory.of([shop]) });
    } catch (error) {
      refusal = (error as Error).message;
    }
  });
  assert.is(
    refusal,
    "51 log groups, but Logs Insights searches at most 50 at once; save queries over fewer",
  );
});

test.run();
