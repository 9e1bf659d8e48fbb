import { createHash } from "node:crypto";
import { type ResourceType, TAGS } from "../../program/resource-type.ts";

/** IAM's Pulumi types. */
export const iamResourceTypes: ResourceType[] = [
  {
    type: "aws:iam/role:Role",
    honours: ["name", "assumeRolePolicy"],
    ignores: {
      ...TAGS,
      description: "descriptions of roles are not shown",
      maxSessionDuration: "the keys of a session do not expire",
      forceDetachPolicies: "nothing is left behind when the runtime stops",
    },
    compute({ inputs, generatedName }, { account }) {
      const name = typeof inputs["name"] === "string" ? inputs["name"] : generatedName;
      const arn = `arn:aws:iam::${account}:role/${name}`;
      const digest = createHash("sha256").update(arn).digest("hex").slice(0, 17).toUpperCase();
      return { id: name, outputs: { name, arn, uniqueId: `AROA${digest}` } };
    },
  },
  {
    type: "aws:iam/rolePolicy:RolePolicy",
    honours: ["name", "role", "policy"],
    ignores: {},
    compute({ inputs, generatedName }) {
      const name = typeof inputs["name"] === "string" ? inputs["name"] : generatedName;
      return { id: `${inputs["role"]}:${name}`, outputs: { name } };
    },
  },
];
