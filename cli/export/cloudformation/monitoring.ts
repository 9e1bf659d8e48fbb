import { type CloudFormationType, capitalized, list, object } from "./type.ts";

/** CloudWatch, CloudWatch Logs and AWS Budgets. */
export const monitoring: Readonly<Record<string, CloudFormationType>> = {
  "cloudwatch/logGroup:LogGroup": {
    type: "AWS::Logs::LogGroup",
    ref: ["id", "name"],
    // CloudFormation's own attribute ends with :*, Pulumi's does not.
    texts: {
      arn: "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${@}",
    },
    names: { name: "LogGroupName" },
  },
  "cloudwatch/queryDefinition:QueryDefinition": {
    type: "AWS::Logs::QueryDefinition",
  },
  "cloudwatch/metricAlarm:MetricAlarm": {
    type: "AWS::CloudWatch::Alarm",
    ref: ["id", "name"],
    attributes: { arn: "Arn" },
    names: { name: "AlarmName" },
    omitted: ["dimensions", "metricQueries"],
    arranged: ({ dimensions, metricQueries }) => ({
      ...(dimensions !== undefined && {
        Dimensions: Object.entries(object(dimensions)).map(([Name, Value]) => ({ Name, Value })),
      }),
      ...(metricQueries !== undefined && { Metrics: capitalized(metricQueries) }),
    }),
  },
  "cloudwatch/compositeAlarm:CompositeAlarm": {
    type: "AWS::CloudWatch::CompositeAlarm",
    ref: ["id", "alarmName"],
    attributes: { arn: "Arn" },
  },
  "cloudwatch/dashboard:Dashboard": { type: "AWS::CloudWatch::Dashboard" },
  "budgets/budget:Budget": {
    type: "AWS::Budgets::Budget",
    omitted: ["budgetType", "limitAmount", "limitUnit", "notifications", "timeUnit"],
    arranged: ({ budgetType, limitAmount, limitUnit, notifications, timeUnit }) => ({
      Budget: {
        BudgetType: budgetType,
        BudgetLimit: { Amount: Number(limitAmount), Unit: limitUnit },
        TimeUnit: timeUnit,
      },
      NotificationsWithSubscribers: list(notifications).map(
        ({ subscriberSnsTopicArns, ...notification }) => ({
          Notification: capitalized(notification),
          Subscribers: list(subscriberSnsTopicArns).map((Address) => ({
            SubscriptionType: "SNS",
            Address,
          })),
        }),
      ),
    }),
  },
};
