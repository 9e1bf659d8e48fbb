import { suite } from "uvu";
import { CloudWatchProvisioner } from "../../src/services/cloudwatch/provision.ts";
import { CloudWatch } from "../../src/services/cloudwatch/service.ts";
import { checkRow } from "../support/conformance.ts";
import { testKernel } from "../support/test-kernel.ts";
import { ALARMS } from "./conformance/alarms.ts";
import { METRICS } from "./conformance/metrics.ts";

const test = suite("CloudWatch, as AWS answers");

for (const { alarm, ...row } of [...ALARMS, ...METRICS]) {
  test(row.what, async () => {
    const { kernel, clock } = testKernel();
    const cloudwatch = new CloudWatch(kernel);
    kernel.dispatcher.register(cloudwatch);
    if (alarm) {
      new CloudWatchProvisioner(cloudwatch).provisionMetricAlarm({
        urn: "",
        type: "",
        name: "a",
        id: "a",
        inputs: { namespace: "N", metricName: "m", statistic: "Average", period: 60, ...alarm },
        outputs: {},
      });
    }
    await checkRow(row, "cloudwatch", { kernel, clock });
    cloudwatch.stop();
  });
}

test.run();
