import type { RunningService, ServiceContext } from "../../program/service-definition.ts";
import { provisionRole, provisionRolePolicy } from "./provision.ts";

/** Stores the roles and policies that the program declares. */
export function start({ kernel }: ServiceContext): RunningService<void> {
  return {
    api: undefined,
    provision: {
      "aws:iam/role:Role": (it) => provisionRole(kernel, it),
      "aws:iam/rolePolicy:RolePolicy": (it) => provisionRolePolicy(kernel, it),
    },
  };
}
