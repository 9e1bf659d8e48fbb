import type { Kernel } from "../../kernel/kernel.ts";
import { named } from "../../program/named.ts";
import type { RecordedResource } from "../../program/recorded.ts";

/** Creates an `aws:iam/role:Role`. @throws Error that starts with the resource's name. */
export function provisionRole({ policies }: Kernel, resource: RecordedResource): void {
  const { name, arn } = resource.outputs as { name: string; arn: string };
  const trust = String(resource.inputs["assumeRolePolicy"]);
  named(resource, () => policies.putRole({ arn, name, trust, source: resource.source }));
}

/** Creates an `aws:iam/rolePolicy:RolePolicy`. @throws Error that starts with the resource's name. */
export function provisionRolePolicy(kernel: Kernel, resource: RecordedResource): void {
  const { role, policy } = resource.inputs as { role: string; policy: string };
  const roleName = role.slice(role.lastIndexOf("/") + 1);
  const arn = `arn:aws:iam::${kernel.account}:role/${roleName}`;
  const name = String(resource.outputs["name"]);
  named(resource, () => kernel.policies.putRolePolicy(arn, name, policy));
}
