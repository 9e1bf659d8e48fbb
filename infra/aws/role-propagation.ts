import { setTimeout as wait } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";

const PROPAGATION_MS = 15_000;

let hook: pulumi.ResourceHook | undefined;

/**
 * Waits until IAM has spread a new role, before a resource is created that uses it. A pipe that is created earlier ends
 * in CREATE_FAILED, and the provider does not try again. It runs in deployments only: not in previews, and not without an
 * engine, under mocks.
 */
export function afterRolePropagation(): pulumi.ResourceHookBinding {
  if (!pulumi.runtime.hasEngine()) return {};
  hook ??= new pulumi.ResourceHook("role-propagation", () => wait(PROPAGATION_MS));
  return { beforeCreate: [hook] };
}
