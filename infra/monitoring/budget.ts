import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** The limit of a budget, and who is notified of it. */
export interface BudgetArgs {
  monthlyUsd: number;
  alerts: aws.sns.Topic;
}

/** Notifies when the account's costs of a month exceed the limit, and when they are forecast to. */
export function budget(
  name: string,
  { monthlyUsd, alerts }: BudgetArgs,
  parent: pulumi.Resource,
): void {
  new aws.budgets.Budget(
    `${name}-budget`,
    {
      budgetType: "COST",
      limitAmount: String(monthlyUsd),
      limitUnit: "USD",
      timeUnit: "MONTHLY",
      notifications: ["ACTUAL", "FORECASTED"].map((notificationType) => ({
        notificationType,
        comparisonOperator: "GREATER_THAN",
        threshold: 100,
        thresholdType: "PERCENTAGE",
        subscriberSnsTopicArns: [alerts.arn],
      })),
    },
    { parent },
  );
}
