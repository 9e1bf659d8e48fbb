import { functions } from "./functions.ts";
import { gatewayParts, gateways } from "./gateways.ts";
import { messaging, messagingParts } from "./messaging.ts";
import { monitoring } from "./monitoring.ts";
import { tables } from "./tables.ts";
import type { CloudFormationPart, CloudFormationType } from "./type.ts";

const types = { ...functions, ...gateways, ...messaging, ...monitoring, ...tables };
const parts = { ...gatewayParts, ...messagingParts };

/** The part that a type of Pulumi's is of another resource, or undefined for a resource of its own. */
export function partOf(token: string): CloudFormationPart | undefined {
  return (parts as Record<string, CloudFormationPart>)[short(token)];
}

/** How a type of Pulumi's AWS provider is written in CloudFormation. @throws Error for a type that nobody has described. */
export function cloudFormationType(token: string): CloudFormationType {
  const found = (types as Record<string, CloudFormationType>)[short(token)];
  if (!found) {
    throw new Error(`${token}: describe this type in cli/export/cloudformation to export it`);
  }
  return found;
}

/** `aws:sqs/queue:Queue` without the provider. */
export function short(token: string): string {
  return token.replace(/^aws:/, "");
}
