import type { ResourceType } from "../program/resource-type.ts";
import { apigatewayResourceTypes } from "../services/apigateway/resources.ts";
import { httpApiResourceTypes } from "../services/apigatewayv2/resources.ts";
import { cloudtrailResourceTypes } from "../services/cloudtrail/resources.ts";
import { cloudwatchResourceTypes } from "../services/cloudwatch/resources.ts";
import { dynamodbResourceTypes } from "../services/dynamodb/resources.ts";
import { eventSourceResourceTypes } from "../services/event-sources/resources.ts";
import { eventsResourceTypes } from "../services/eventbridge/resources.ts";
import { iamResourceTypes } from "../services/iam/resources.ts";
import { kmsResourceTypes } from "../services/kms/resources.ts";
import { lambdaResourceTypes } from "../services/lambda/resources.ts";
import { logsResourceTypes } from "../services/logs/resources.ts";
import { pipesResourceTypes } from "../services/pipes/resources.ts";
import { snsResourceTypes } from "../services/sns/resources.ts";
import { sqsResourceTypes } from "../services/sqs/resources.ts";
import { statesResourceTypes } from "../services/step-functions/resources.ts";

/** Everything that a program may declare. Loaded while it is evaluated, so no engine may be imported from here. */
export const resourceTypes: readonly ResourceType[] = [
  ...iamResourceTypes,
  ...kmsResourceTypes,
  ...logsResourceTypes,
  ...dynamodbResourceTypes,
  ...sqsResourceTypes,
  ...snsResourceTypes,
  ...lambdaResourceTypes,
  ...eventSourceResourceTypes,
  ...statesResourceTypes,
  ...eventsResourceTypes,
  ...pipesResourceTypes,
  ...apigatewayResourceTypes,
  ...httpApiResourceTypes,
  ...cloudwatchResourceTypes,
  ...cloudtrailResourceTypes,
];
