import { readArguments } from "command-text";
import { serveConsole } from "local-aws/console";
import { command } from "./command.ts";
import { callsOnAws } from "./console/aws-calls.ts";
import { deployedResources } from "./console/deployed-resources.ts";
import { shopConsole } from "./console/shop-console.ts";
import { findTarget, TARGET_HELP, TARGET_OPTIONS } from "./target.ts";

const HELP = `Shows a stack on a page: its map, orders, functions, queues, tables, executions, alarms and metrics.

  npm run console -- [options]

Without --stack it says where npm start serves the page of its stack.

  --write        let the page change the deployed stack: invoke, redrive, send requests
  --port N       port of the page of a deployed stack, 0 for any free one   (4570)
${TARGET_HELP}
The page of a deployed stack is served on this machine alone, with your AWS credentials. It only reads unless --write is
given. AWS bills its calls of GetMetricData ($0.01 per 1,000 metrics) and its queries of Logs Insights.
`;

const OPTIONS = {
  ...TARGET_OPTIONS,
  write: { type: "boolean", default: false },
  port: { type: "string", default: "4570" },
} as const;

await command(async () => {
  const { values } = readArguments({ help: HELP, options: OPTIONS });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--port ${values.port} must be a number from 0 to 65535`);
  }
  const target = await findTarget(values);
  if (target.aws.endpoint) {
    console.log(`http://localhost:${new URL(target.aws.endpoint).port}/_local/`);
    return;
  }
  const { project, resources } = await deployedResources(target.name);
  const { url, stop } = await serveConsole({
    recorded: { project, stack: target.name, resources },
    region: target.aws.region,
    aws: callsOnAws(target.aws),
    program: shopConsole(target),
    writable: values.write,
    port,
    root: process.cwd(),
  });
  console.log(`${target.name}${values.write ? "" : ", read only"}: ${url}\nCtrl-C ends it.`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
});
