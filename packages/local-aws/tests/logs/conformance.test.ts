import { suite } from "uvu";
import { Logs } from "../../src/services/logs/service.ts";
import { checkRow } from "../support/conformance.ts";
import { testKernel } from "../support/test-kernel.ts";
import { EVENTS } from "./conformance/events.ts";
import { GROUPS } from "./conformance/groups.ts";
import { QUERIES } from "./conformance/queries.ts";

const test = suite("CloudWatch Logs, as AWS answers");

for (const row of [...GROUPS, ...EVENTS, ...QUERIES]) {
  test(row.what, async () => {
    const { kernel, clock } = testKernel();
    const logs = new Logs(kernel);
    kernel.dispatcher.register(logs);
    logs.provisionGroup("/g");
    await checkRow(row, "logs", { kernel, clock });
  });
}

test.run();
