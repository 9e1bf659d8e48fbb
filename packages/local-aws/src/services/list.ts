import type { ServiceDefinition } from "../program/service-definition.ts";
import { restApis } from "./apigateway/definition.ts";
import { httpApis } from "./apigatewayv2/definition.ts";
import { cloudfront } from "./cloudfront/definition.ts";
import { cloudtrail } from "./cloudtrail/definition.ts";
import { cloudwatch } from "./cloudwatch/definition.ts";
import { dynamodb } from "./dynamodb/definition.ts";
import { eventSources } from "./event-sources/definition.ts";
import { eventBridge } from "./eventbridge/definition.ts";
import { iam } from "./iam/definition.ts";
import { kms } from "./kms/definition.ts";
import { lambda } from "./lambda/definition.ts";
import { logs } from "./logs/definition.ts";
import { pipes } from "./pipes/definition.ts";
import { s3 } from "./s3/definition.ts";
import { sns } from "./sns/definition.ts";
import { sqs } from "./sqs/definition.ts";
import { stepFunctions } from "./step-functions/definition.ts";
import { sts } from "./sts/definition.ts";
import { unserved } from "./unserved/definition.ts";

/**
 * The services of the runtime: everything else knows them from here. They are started, and their resources created, in
 * this order, so each is after those whose resources it refers to; they stop in the reverse order.
 */
export const serviceDefinitions = {
  iam,
  kms,
  logs,
  dynamodb,
  sqs,
  lambda,
  sns,
  states: stepFunctions,
  events: eventBridge,
  restApis,
  httpApis,
  s3,
  cloudfront,
  pipes,
  eventSources,
  cloudwatch,
  cloudtrail,
  sts,
  unserved,
} satisfies Record<string, ServiceDefinition>;

type Definitions = typeof serviceDefinitions;

/** What each service offers in process. */
export type Services = {
  readonly [Name in keyof Definitions]: Definitions[Name] extends ServiceDefinition<infer Api>
    ? Api
    : never;
};
