import type { Kernel } from "../../kernel/kernel.ts";
import type { Need, Operation, Service } from "../../kernel/service.ts";
import {
  alarmNames,
  describeAlarmHistory,
  describeAlarms,
  setAlarmState,
  switchAlarmActions,
} from "./alarm-operations.ts";
import { AlarmRegistry } from "./alarm-registry.ts";
import { Dashboards } from "./dashboards.ts";
import { cloudwatchMembers } from "./members.ts";
import { MetricArchive } from "./metric-archive.ts";
import { getMetricData, getMetricStatistics, listMetrics } from "./metric-operations.ts";
import { MetricStore } from "./metric-store.ts";
import { putMetricData } from "./put-metric-data.ts";

type Input = Record<string, unknown>;

/** CloudWatch: metrics, alarms on them, and dashboards. */
export class CloudWatch implements Service {
  readonly name = "cloudwatch";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly members = cloudwatchMembers;
  readonly metrics: MetricStore;
  readonly alarms: AlarmRegistry;
  readonly dashboards: Dashboards;

  constructor(kernel: Kernel) {
    const { clock, store } = kernel;
    const archive = store.isDurable ? new MetricArchive(store, clock) : undefined;
    const metrics = new MetricStore(clock, archive);
    const alarms = new AlarmRegistry(kernel, metrics);
    const dashboards = new Dashboards(kernel);
    this.metrics = metrics;
    this.alarms = alarms;
    this.dashboards = dashboards;
    const alarmArn = (name: unknown) =>
      `arn:aws:cloudwatch:${kernel.region}:${kernel.account}:alarm:${name ?? "*"}`;
    const onAlarms = (action: string) => (input: Input) =>
      alarmNames(input).map((name): Need => need(action, alarmArn(name)));
    this.operations = {
      PutMetricData: {
        needs: ({ Namespace }) => [
          {
            ...need("PutMetricData", "*"),
            ...(typeof Namespace === "string" && {
              context: { "cloudwatch:namespace": Namespace },
            }),
          },
        ],
        run: (input) => {
          putMetricData(metrics, clock.now(), input);
          metrics.keepNow();
        },
      },
      GetMetricStatistics: {
        needs: () => [need("GetMetricStatistics", "*")],
        run: (input) => getMetricStatistics(metrics, input),
      },
      GetMetricData: {
        needs: () => [need("GetMetricData", "*")],
        run: (input) => getMetricData(metrics, kernel, input),
      },
      ListMetrics: {
        needs: () => [need("ListMetrics", "*")],
        run: (input) => listMetrics(metrics, clock, input),
      },
      DescribeAlarms: {
        needs: () => [need("DescribeAlarms", alarmArn("*"))],
        run: (input) => describeAlarms(alarms, input),
      },
      DescribeAlarmHistory: {
        needs: ({ AlarmName }) => [need("DescribeAlarmHistory", alarmArn(AlarmName))],
        run: (input) => describeAlarmHistory(alarms, input),
      },
      SetAlarmState: {
        needs: ({ AlarmName }) => [need("SetAlarmState", alarmArn(AlarmName))],
        run: (input) => setAlarmState(alarms, input),
      },
      EnableAlarmActions: {
        needs: onAlarms("EnableAlarmActions"),
        run: (input) => switchAlarmActions(alarms, input, true),
      },
      DisableAlarmActions: {
        needs: onAlarms("DisableAlarmActions"),
        run: (input) => switchAlarmActions(alarms, input, false),
      },
      GetDashboard: {
        needs: ({ DashboardName }) => [need("GetDashboard", dashboards.arn(String(DashboardName)))],
        run: (input) => dashboards.get(input),
      },
      ListDashboards: {
        needs: () => [need("ListDashboards", "*")],
        run: (input) => dashboards.list(input),
      },
    };
  }

  /** Evaluates no alarm any more. */
  stop(): void {
    this.alarms.stop();
    this.metrics.keepNow();
  }
}

function need(action: string, resource: string): Need {
  return { action: `cloudwatch:${action}`, resource };
}
