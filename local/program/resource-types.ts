import { apigatewayResourceTypes } from "../apigateway/resources.ts";
import { cloudtrailResourceTypes } from "../cloudtrail/resources.ts";
import { cloudwatchResourceTypes } from "../cloudwatch/resources.ts";
import { dynamodbResourceTypes } from "../dynamodb/resources.ts";
import { eventSourceResourceTypes } from "../event-sources/resources.ts";
import { eventsResourceTypes } from "../events/resources.ts";
import { httpApiResourceTypes } from "../http-api/resources.ts";
import { iamResourceTypes } from "../iam/resources.ts";
import { kmsResourceTypes } from "../kms/resources.ts";
import { lambdaResourceTypes } from "../lambda/resources.ts";
import { logsResourceTypes } from "../logs/resources.ts";
import { pipesResourceTypes } from "../pipes/resources.ts";
import { snsResourceTypes } from "../sns/resources.ts";
import { sqsResourceTypes } from "../sqs/resources.ts";
import { statesResourceTypes } from "../states/resources.ts";
import type { ResourceType } from "./resource-type.ts";

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
