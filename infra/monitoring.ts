import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "./aws/component.ts";
import type { Foundation } from "./aws/foundation.ts";
import { Inventory } from "./aws/inventory.ts";
import { type Alarm, alarmsOn, ordersLate } from "./monitoring/alarms.ts";
import { alertTopic } from "./monitoring/alert-topic.ts";
import { budget } from "./monitoring/budget.ts";
import { dashboard } from "./monitoring/dashboard.ts";
import { saveQueries } from "./monitoring/saved-queries.ts";

/** What monitoring depends on. */
export interface MonitoringArgs {
  foundation: Foundation;
  /** Everything that is monitored; each resource in it gets its alarms. */
  inventory: Inventory;
}

/** Notifies people when something fails, and shows what. */
export class Monitoring extends Component {
  /** The topic that alarms notify. */
  readonly alerts: aws.sns.Topic;
  readonly dashboardUrl: pulumi.Output<string>;

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    const { foundation, inventory } = args;
    super("Monitoring", name, foundation, opts);
    const limits = foundation.settings.monitoring;

    this.alerts = alertTopic(`${name}-alerts`, { email: limits.email }, this);
    const alarms = mapValues(alarmsOn(Inventory.of([args, this]), limits), (alarm, about) =>
      this.#alarm(`${name}-${about}`, alarm),
    );
    const late = this.#alarm(`${name}-orders-late`, ordersLate);
    const waiting = Object.keys(inventory.workQueues).flatMap(
      (queue) => alarms[`${queue}-queue-old`] ?? [],
    );
    this.#anyOf(`${name}-orders-stuck`, [late, ...waiting]);
    if (limits.monthlyBudgetUsd) {
      const { alerts } = this;
      budget(name, { monthlyUsd: limits.monthlyBudgetUsd, alerts }, this);
    }
    const { dashboardName } = dashboard(name, { inventory }, this);
    saveQueries(name, { logGroups: Object.values(inventory.logGroups) }, this);

    const { region } = aws.getRegionOutput();
    this.dashboardUrl = pulumi.interpolate`https://console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardName}`;
    this.registerOutputs({ alertsTopicArn: this.alerts.arn, dashboardUrl: this.dashboardUrl });
  }

  #alarm(name: string, alarm: Alarm): aws.cloudwatch.MetricAlarm {
    const { statistic, comparison, minutes, minutesBreaching, description, missing, ...metric } =
      alarm;
    const actions = [this.alerts.arn];
    return new aws.cloudwatch.MetricAlarm(
      name,
      {
        ...metric,
        alarmDescription: description,
        ...(statistic.startsWith("p") ? { extendedStatistic: statistic } : { statistic }),
        comparisonOperator: comparison,
        period: 60,
        evaluationPeriods: minutes,
        datapointsToAlarm: minutesBreaching,
        treatMissingData: missing ?? "notBreaching",
        alarmActions: actions,
        okActions: actions,
      },
      { parent: this },
    );
  }

  /** Orders are stuck if orders are late or their queue is. */
  #anyOf(name: string, alarms: aws.cloudwatch.MetricAlarm[]): void {
    const rules = alarms.map((alarm) => pulumi.interpolate`ALARM("${alarm.name}")`);
    const actions = [this.alerts.arn];
    new aws.cloudwatch.CompositeAlarm(
      name,
      {
        // The provider does not generate a name for composite alarms.
        alarmName: `${pulumi.getProject()}-${pulumi.getStack()}-orders-stuck`,
        alarmDescription:
          "Page. Orders are stuck. First: npm run reconcile -- --dry-run, then npm run dlq -- list",
        alarmRule: pulumi.all(rules).apply((parts) => parts.join(" OR ")),
        alarmActions: actions,
        okActions: actions,
      },
      { parent: this },
    );
  }
}

function mapValues<T, U>(
  things: Record<string, T>,
  make: (thing: T, name: string) => U,
): Record<string, U> {
  return Object.fromEntries(
    Object.entries(things).map(([name, thing]) => [name, make(thing, name)]),
  );
}
