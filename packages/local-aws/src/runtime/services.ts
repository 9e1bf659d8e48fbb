import type { LogLine } from "../command-line/console.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { Mailbox, simulatedLetter } from "../kernel/mailbox.ts";
import { ApiGatewayService } from "../services/apigateway/apigateway-service.ts";
import { RestApis } from "../services/apigateway/rest-apis.ts";
import { HttpApis } from "../services/apigatewayv2/http-apis.ts";
import { recordEmf } from "../services/cloudwatch/emf.ts";
import { CloudWatch } from "../services/cloudwatch/service.ts";
import { emitServiceMetrics } from "../services/cloudwatch/service-metrics.ts";
import { DynamoDb } from "../services/dynamodb/service.ts";
import { DynamoDbStreams } from "../services/dynamodb/streams/streams-service.ts";
import { EventSources } from "../services/event-sources/event-sources.ts";
import { EventBridge } from "../services/eventbridge/service.ts";
import { ProcessExecutor } from "../services/lambda/process-executor.ts";
import { Lambda } from "../services/lambda/service.ts";
import { Logs } from "../services/logs/service.ts";
import { Pipes } from "../services/pipes/service.ts";
import { Sns } from "../services/sns/service.ts";
import { Sqs } from "../services/sqs/service.ts";
import { StepFunctions } from "../services/step-functions/service.ts";
import { Sts } from "../services/sts/service.ts";

const LAMBDA_GROUPS = "/aws/lambda/";

/** What the services are told at their making. */
export interface ServicesOptions {
  awsEndpoint: string;
  /** Called with every line that is logged. */
  onLog?: ((line: LogLine) => void) | undefined;
}

/** Every service of the runtime, wired to each other through the kernel's dispatcher only. */
export interface Services {
  readonly logs: Logs;
  readonly dynamodb: DynamoDb;
  readonly sqs: Sqs;
  readonly sns: Sns;
  readonly mailbox: Mailbox;
  readonly lambda: Lambda;
  readonly eventSources: EventSources;
  readonly states: StepFunctions;
  readonly events: EventBridge;
  readonly pipes: Pipes;
  readonly restApis: RestApis;
  readonly httpApis: HttpApis;
  readonly cloudwatch: CloudWatch;
  /** Stops everything that runs by itself. */
  stop(): Promise<void>;
}

/** Makes the services; they are empty until the program is provisioned. */
export function createServices(kernel: Kernel, options: ServicesOptions): Services {
  const { awsEndpoint, onLog } = options;
  const logs = new Logs(kernel);
  if (onLog) logs.onLine(onLog);
  const dynamodb = new DynamoDb(kernel);
  const streams = new DynamoDbStreams(dynamodb.engine);
  const sqs = new Sqs(kernel, { awsEndpoint });
  const mailbox = new Mailbox();
  logs.onLine(({ message, timestamp }) => {
    const letter = simulatedLetter(message, timestamp);
    if (letter) mailbox.deliver(letter);
  });
  const sns = new Sns(kernel, mailbox);
  const lambda = new Lambda(kernel, new ProcessExecutor({ region: kernel.region, awsEndpoint }));
  const writeLog = (groupArn: string, stream: string, line: string) =>
    logs.append(groupName(groupArn), stream, line);
  const states = new StepFunctions(kernel, { logs: writeLog });
  states.prepare();
  const events = new EventBridge(kernel);
  const onRecords = (arn: string, wake: () => void) => streams.onRecords(arn, wake);
  const eventSources = new EventSources(kernel, { lambda, sqs, onRecords });
  const pipes = new Pipes(kernel, {
    onRecords,
    log: (groupArn, line) => writeLog(groupArn, "pipes", line),
  });
  const restApis = new RestApis(kernel, { writeLog });
  const httpApis = new HttpApis(kernel, writeLog);
  const cloudwatch = new CloudWatch(kernel);
  logs.onLine(({ group, message, timestamp }) => {
    if (group.startsWith(LAMBDA_GROUPS)) recordEmf(cloudwatch.metrics, message, timestamp);
  });
  kernel.dispatcher.register(
    logs,
    dynamodb,
    streams,
    sqs,
    sns,
    lambda,
    states,
    events,
    pipes,
    new ApiGatewayService(restApis, kernel.region),
    new Sts(kernel),
    cloudwatch,
  );
  const measured = { lambda, eventSources, sqs, states, restApis, httpApis, dynamodb, events };
  const stopMetrics = emitServiceMetrics({
    kernel,
    services: { ...measured, pipes, sns },
    metrics: cloudwatch.metrics,
  });
  const stop = async () => {
    stopMetrics();
    cloudwatch.stop();
    pipes.stop();
    eventSources.stop();
    events.stop();
    await states.stop();
    await lambda.stop();
    sqs.stop();
    dynamodb.stop();
  };
  return {
    logs,
    dynamodb,
    sqs,
    sns,
    mailbox,
    lambda,
    eventSources,
    states,
    events,
    pipes,
    restApis,
    httpApis,
    cloudwatch,
    stop,
  };
}

/** A log group's name, from its ARN with or without the `:*` that some services ask for. */
function groupName(arn: string): string {
  return arn.replace(/^.*:log-group:/, "").replace(/:\*$/, "");
}
