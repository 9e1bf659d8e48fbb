import { functions } from "./functions.ts";
import { gatewayParts, gateways } from "./gateways.ts";
import { messaging, messagingParts } from "./messaging.ts";
import { monitoring } from "./monitoring.ts";
import { tables } from "./tables.ts";
import type { CloudFormationPart, CloudFormationType } from "./type.ts";
import { unknownTypes, websiteParts, websites } from "./websites.ts";

const types = { ...functions, ...gateways, ...messaging, ...monitoring, ...tables, ...websites };
const parts = { ...gatewayParts, ...messagingParts, ...websiteParts };

/** The part that a type of Pulumi's is of another resource, or undefined for a resource of its own. */
export function partOf(token: string): CloudFormationPart | undefined {
  return (parts as Record<string, CloudFormationPart>)[short(token)];
}

/** How a type of Pulumi's AWS provider is written in CloudFormation. @throws Error for a type that is missing here. */
export function cloudFormationType(token: string): CloudFormationType {
  const found = (types as Record<string, CloudFormationType>)[short(token)];
  if (!found) {
    throw new Error(`${token}: describe this type in cli/export/cloudformation to export it`);
  }
  return found;
}

/** Whether CloudFormation has nothing like it: what is in a bucket is no resource there. */
export function isUnknownType(token: string): boolean {
  return unknownTypes.has(short(token));
}

/** `aws:sqs/queue:Queue` without the provider. */
export function short(token: string): string {
  return token.replace(/^aws:/, "");
}
