import type { Kernel } from "../kernel/kernel.ts";
import type { RecordedProgram, RecordedResource } from "../program/recorded.ts";
import { CloudWatchProvisioner } from "../services/cloudwatch/provision.ts";
import { EventsProvisioner } from "../services/eventbridge/provision.ts";
import { provisionRole, provisionRolePolicy } from "../services/iam/provision.ts";
import { KmsKeys } from "../services/kms/kms-keys.ts";
import {
  provisionEventInvokeConfig,
  provisionFunction,
  provisionPermission,
} from "../services/lambda/provision.ts";
import { provisionQueryDefinition } from "../services/logs/insights/provision.ts";
import { provisionLogGroup } from "../services/logs/provision.ts";
import { provisionPipe } from "../services/pipes/provision.ts";
import { SnsProvisioner } from "../services/sns/provision.ts";
import { SqsProvisioner } from "../services/sqs/provision.ts";
import type { Services } from "./services.ts";

type Provisioner = (resource: RecordedResource) => void | Promise<void>;

/**
 * Creates everything that the program declares, in an order in which whatever is referred to is there.
 *
 * @throws Error that starts with the resource's name, where AWS would refuse it, or this runtime does.
 */
export async function provision(
  kernel: Kernel,
  services: Services,
  program: RecordedProgram,
): Promise<void> {
  const queues = new SqsProvisioner(kernel, services.sqs);
  const alarms = new CloudWatchProvisioner(services.cloudwatch);
  for (const [type, create] of provisioners(kernel, services, queues, alarms)) {
    for (const resource of program.resources) {
      if (resource.type === type) await create(resource);
    }
  }
  queues.finish();
  alarms.finish();
  await services.states.provisioned();
}

/** What creates the resources of each type; the order is the order of creation. */
function provisioners(
  kernel: Kernel,
  services: Services,
  queues: SqsProvisioner,
  alarms: CloudWatchProvisioner,
): [type: string, Provisioner][] {
  const { logs, dynamodb, sns, lambda, eventSources, states, events, pipes, restApis, httpApis } =
    services;
  const keys = new KmsKeys(kernel);
  const topics = new SnsProvisioner(kernel, sns, keys);
  const buses = new EventsProvisioner(kernel, events);
  return [
    ["aws:iam/role:Role", (it) => provisionRole(kernel, it)],
    ["aws:iam/rolePolicy:RolePolicy", (it) => provisionRolePolicy(kernel, it)],
    ["aws:kms/key:Key", (it) => keys.provisionKey(it)],
    ["aws:kms/alias:Alias", (it) => keys.provisionAlias(it)],
    ["aws:kms/keyPolicy:KeyPolicy", (it) => keys.provisionKeyPolicy(it)],
    ["aws:cloudwatch/logGroup:LogGroup", (it) => provisionLogGroup(logs, it)],
    ["aws:cloudwatch/queryDefinition:QueryDefinition", (it) => provisionQueryDefinition(logs, it)],
    ["aws:dynamodb/table:Table", (it) => dynamodb.provisionTable(it)],
    ["aws:sqs/queue:Queue", (it) => queues.provisionQueue(it)],
    ["aws:sqs/redrivePolicy:RedrivePolicy", (it) => queues.provisionRedrivePolicy(it)],
    [
      "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
      (it) => queues.provisionRedriveAllowPolicy(it),
    ],
    ["aws:sqs/queuePolicy:QueuePolicy", (it) => queues.provisionQueuePolicy(it)],
    ["aws:sns/topic:Topic", (it) => topics.provisionTopic(it)],
    ["aws:sns/topicPolicy:TopicPolicy", (it) => topics.provisionTopicPolicy(it)],
    ["aws:lambda/function:Function", (it) => provisionFunction(kernel, lambda, it)],
    ["aws:lambda/permission:Permission", (it) => provisionPermission(kernel, lambda, it)],
    [
      "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
      (it) => provisionEventInvokeConfig(lambda, it),
    ],
    ["aws:sns/topicSubscription:TopicSubscription", (it) => topics.provisionTopicSubscription(it)],
    ["aws:sfn/stateMachine:StateMachine", (it) => states.provisionStateMachine(it)],
    ["aws:cloudwatch/eventBus:EventBus", (it) => buses.provisionEventBus(it)],
    ["aws:cloudwatch/eventBusPolicy:EventBusPolicy", (it) => buses.provisionEventBusPolicy(it)],
    ["aws:cloudwatch/eventRule:EventRule", (it) => buses.provisionEventRule(it)],
    ["aws:cloudwatch/eventTarget:EventTarget", (it) => buses.provisionEventTarget(it)],
    ["aws:apigateway/restApi:RestApi", (it) => restApis.provisionRestApi(it)],
    ["aws:apigateway/deployment:Deployment", (it) => restApis.provisionDeployment(it)],
    ["aws:apigateway/stage:Stage", (it) => restApis.provisionStage(it)],
    ["aws:apigateway/methodSettings:MethodSettings", (it) => restApis.provisionMethodSettings(it)],
    ["aws:apigateway/apiKey:ApiKey", (it) => restApis.provisionApiKey(it)],
    ["aws:apigateway/usagePlan:UsagePlan", (it) => restApis.provisionUsagePlan(it)],
    ["aws:apigateway/usagePlanKey:UsagePlanKey", (it) => restApis.provisionUsagePlanKey(it)],
    ["aws:apigatewayv2/api:Api", (it) => httpApis.provisionApi(it)],
    ["aws:apigatewayv2/integration:Integration", (it) => httpApis.provisionIntegration(it)],
    ["aws:apigatewayv2/route:Route", (it) => httpApis.provisionRoute(it)],
    ["aws:apigatewayv2/stage:Stage", (it) => httpApis.provisionStage(it)],
    ["aws:pipes/pipe:Pipe", (it) => provisionPipe(pipes, it)],
    ["aws:lambda/eventSourceMapping:EventSourceMapping", (it) => eventSources.provision(it)],
    ["aws:cloudwatch/metricAlarm:MetricAlarm", (it) => alarms.provisionMetricAlarm(it)],
    ["aws:cloudwatch/compositeAlarm:CompositeAlarm", (it) => alarms.provisionCompositeAlarm(it)],
    ["aws:cloudwatch/dashboard:Dashboard", (it) => alarms.provisionDashboard(it)],
  ];
}
