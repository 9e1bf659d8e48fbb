import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Watched, WatchedComponent } from "./aws/watched.ts";
import { type Alarm, alarmsOn, ordersLate } from "./monitoring/alarms.ts";
import { alertTopic } from "./monitoring/alert-topic.ts";
import { dashboard } from "./monitoring/dashboard.ts";
import { saveQueries } from "./monitoring/saved-queries.ts";
import type { Settings } from "./settings.ts";

/** What is watched. */
export interface MonitoringArgs {
  /** Whatever these consist of has its alarms, without being named. */
  components: WatchedComponent[];
  settings: Pick<Settings, "monitoring">;
}

/** Tells people when something is wrong, and shows what. */
export class Monitoring extends pulumi.ComponentResource {
  /** Where alarms are told. */
  readonly alerts: aws.sns.Topic;
  readonly dashboardUrl: pulumi.Output<string>;

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("commerce:infra:Monitoring", name, {}, opts);
    const { components, settings } = args;
    const watched = together(components);

    this.alerts = alertTopic(`${name}-alerts`, settings.monitoring.email, this);
    const alarms = mapValues(alarmsOn(watched, settings.monitoring), (alarm, about) =>
      this.#alarm(`${name}-${about}`, alarm),
    );
    const late = this.#alarm(`${name}-orders-late`, ordersLate);
    const waiting = Object.keys(watched.workQueues).flatMap(
      (queue) => alarms[`${queue}-queue-old`] ?? [],
    );
    this.#anyOf(`${name}-orders-stuck`, [late, ...waiting]);
    const { dashboardName } = dashboard(name, watched, this);
    saveQueries(name, Object.values(watched.logGroups), this);

    const { region } = aws.getRegionOutput();
    this.dashboardUrl = pulumi.interpolate`https://console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardName}`;
    this.registerOutputs({ alertsTopicArn: this.alerts.arn, dashboardUrl: this.dashboardUrl });
  }

  #alarm(name: string, alarm: Alarm): aws.cloudwatch.MetricAlarm {
    const { statistic, comparison, minutes, minutesOver, description, missing, ...metric } = alarm;
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
        datapointsToAlarm: minutesOver,
        treatMissingData: missing ?? "notBreaching",
        alarmActions: actions,
        okActions: actions,
      },
      { parent: this },
    );
  }

  /** Orders are stuck where they are late, or where the queue that they come by is. */
  #anyOf(name: string, alarms: aws.cloudwatch.MetricAlarm[]): void {
    const rules = alarms.map((alarm) => pulumi.interpolate`ALARM("${alarm.name}")`);
    const actions = [this.alerts.arn];
    new aws.cloudwatch.CompositeAlarm(
      name,
      {
        // CloudWatch gives composite alarms no name of its own.
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

/** What several components consist of. */
function together(components: WatchedComponent[]): Watched {
  const all = components.map(({ watched }) => watched);
  const [first] = all;
  if (!first) throw new Error("nothing is watched; name the components");
  const kinds = Object.keys(first) as (keyof Watched)[];
  return Object.fromEntries(
    kinds.map((kind) => [kind, Object.assign({}, ...all.map((watched) => watched[kind]))]),
  ) as unknown as Watched;
}
