import type { Statement } from "../../kernel/iam/policy-document.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { RecordedResource } from "../../program/recorded.ts";
import { asyncSettings } from "./async-settings.ts";
import { functionDefinition } from "./function-definition.ts";
import type { Lambda } from "./service.ts";

interface PermissionInputs {
  function: string;
  qualifier?: string;
  action: string;
  principal: string;
  sourceArn?: string;
  sourceAccount?: string;
}

/** Creates an `aws:lambda/function:Function`. @throws Error that starts with the resource's name. */
export function provisionFunction(
  kernel: Kernel,
  lambda: Lambda,
  resource: RecordedResource,
): void {
  const definition = functionDefinition(resource);
  if (!kernel.policies.canAssume(definition.roleArn, "lambda.amazonaws.com")) {
    throw new Error(
      `${resource.name}: the role ${definition.roleArn} cannot be assumed by lambda.amazonaws.com; its trust policy must allow that service`,
    );
  }
  if (lambda.definitionOf(definition.name)) {
    throw new Error(`${resource.name}: there is a function ${definition.name} already`);
  }
  try {
    lambda.put(definition);
  } catch (error) {
    throw new Error(`${resource.name}: ${(error as Error).message}`);
  }
}

/** Creates an `aws:lambda/alias:Alias`. @throws Error that starts with the resource's name. */
export function provisionAlias(lambda: Lambda, resource: RecordedResource): void {
  const { functionName } = resource.inputs as { functionName: string };
  const definition = lambda.definitionOf(functionName);
  if (!definition) throw new Error(`${resource.name}: there is no function ${functionName}`);
  lambda.addAlias(definition.name, String(resource.outputs["name"]));
}

/** Creates an `aws:lambda/permission:Permission`. @throws Error that starts with the resource's name. */
export function provisionPermission(
  kernel: Kernel,
  lambda: Lambda,
  resource: RecordedResource,
): void {
  const inputs = resource.inputs as unknown as PermissionInputs;
  const { principal, action, sourceArn, sourceAccount, qualifier } = inputs;
  const named = qualifier ? `${inputs.function}:${qualifier}` : inputs.function;
  const definition = lambda.definitionOf(named);
  if (!definition) throw new Error(`${resource.name}: there is no function ${named}`);
  const arn = qualifier ? `${definition.arn}:${qualifier}` : definition.arn;
  const condition: NonNullable<Statement["Condition"]> = {};
  if (sourceArn) condition["ArnLike"] = { "AWS:SourceArn": sourceArn };
  if (sourceAccount) condition["StringEquals"] = { "AWS:SourceAccount": sourceAccount };
  const statement: Statement = {
    Sid: resource.id,
    Effect: "Allow",
    Principal: principal.endsWith(".amazonaws.com") ? { Service: principal } : { AWS: principal },
    Action: action,
    Resource: arn,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
  kernel.policies.addResourceStatement(arn, statement, resource.source);
}

/** Creates a FunctionEventInvokeConfig. @throws Error that starts with the resource's name. */
export function provisionEventInvokeConfig(lambda: Lambda, resource: RecordedResource): void {
  const definition = lambda.definitionOf(resource.id);
  if (!definition) throw new Error(`${resource.name}: there is no function ${resource.id}`);
  lambda.configureAsync(definition.name, asyncSettings(resource));
}
