import { type ResourceType, TAGS } from "../program/resource-type.ts";

const REGION = { region: "everything runs in the stack's one region" };

/** CloudWatch Logs' Pulumi types. */
export const logsResourceTypes: ResourceType[] = [
  {
    type: "aws:cloudwatch/logGroup:LogGroup",
    honours: ["name", "retentionInDays"],
    ignores: {
      ...TAGS,
      ...REGION,
      kmsKeyId: "logs are not encrypted",
      skipDestroy: "nothing is left behind when the runtime stops",
      logGroupClass: "there is only the standard class",
      deletionProtectionEnabled: "nothing deletes log groups here",
    },
    compute({ inputs, generatedName }, { region, account }) {
      const name = typeof inputs["name"] === "string" ? inputs["name"] : generatedName;
      const arn = `arn:aws:logs:${region}:${account}:log-group:${name}`;
      return { id: name, outputs: { name, arn } };
    },
  },
  {
    type: "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
    honours: [],
    ignores: {
      ...REGION,
      policyName: "services write their logs here without a policy",
      policyDocument: "services write their logs here without a policy",
    },
    compute: ({ inputs }) => ({ id: String(inputs["policyName"]), outputs: {} }),
  },
];
