import { named } from "../../program/named.ts";
import type { RecordedResource } from "../../program/recorded.ts";
import type { CompositeAlarmSettings } from "./alarm.ts";
import { parseAlarmRule } from "./alarm-rule.ts";
import { alarmSettings, metricAlarmSettings } from "./metric-alarm-settings.ts";
import type { CloudWatch } from "./service.ts";

interface Declared {
  resource: RecordedResource;
  settings: CompositeAlarmSettings;
}

/**
 * Creates what the program declares of CloudWatch. Each method throws an Error that starts with the resource's logical
 * name where AWS would refuse the resource.
 */
export class CloudWatchProvisioner {
  readonly #cloudwatch: CloudWatch;
  #composites: Declared[] = [];

  constructor(cloudwatch: CloudWatch) {
    this.#cloudwatch = cloudwatch;
  }

  /** Creates an `aws:cloudwatch/metricAlarm:MetricAlarm`. */
  provisionMetricAlarm(resource: RecordedResource): void {
    const { inputs, id } = resource;
    named(resource, () => this.#cloudwatch.alarms.addMetricAlarm(metricAlarmSettings(id, inputs)));
  }

  /** Notes an `aws:cloudwatch/compositeAlarm:CompositeAlarm`; `finish` creates it. */
  provisionCompositeAlarm(resource: RecordedResource): void {
    const { inputs, id } = resource;
    const ruleText = String(inputs["alarmRule"]);
    const settings = named(resource, () => ({
      ...alarmSettings(id, inputs),
      ruleText,
      rule: parseAlarmRule(ruleText),
    }));
    this.#composites.push({ resource, settings });
  }

  /** Creates an `aws:cloudwatch/dashboard:Dashboard`. */
  provisionDashboard(resource: RecordedResource): void {
    const body = String(resource.inputs["dashboardBody"]);
    named(resource, () => this.#cloudwatch.dashboards.put(resource.id, body));
  }

  /** Creates the composite alarms, each after those that it looks at. @throws Error naming a cycle or an unknown alarm. */
  finish(): void {
    let left = this.#composites;
    this.#composites = [];
    while (left.length > 0) {
      const waiting = new Set(left.map(({ settings }) => settings.name));
      const ready = left.filter(
        ({ settings }) => !settings.rule.alarms.some((name) => waiting.has(name)),
      );
      const [stuck] = left;
      if (ready.length === 0 && stuck) {
        throw new Error(
          `${stuck.resource.name}: AlarmRule ${stuck.settings.ruleText} leads back to the alarm itself or to others that do: ${[...waiting].join(", ")}`,
        );
      }
      for (const { resource, settings } of ready) {
        named(resource, () => this.#cloudwatch.alarms.addCompositeAlarm(settings));
      }
      left = left.filter((one) => !ready.includes(one));
    }
  }
}
