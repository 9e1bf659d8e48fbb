import { createHash } from "node:crypto";
import { type ResourceType, TAGS } from "../../program/resource-type.ts";

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
    type: "aws:cloudwatch/queryDefinition:QueryDefinition",
    honours: ["name", "queryString", "logGroupNames"],
    ignores: REGION,
    compute({ inputs, generatedName }, { region, account }) {
      const name = typeof inputs["name"] === "string" ? inputs["name"] : generatedName;
      const queryDefinitionId = uuidOf(generatedName);
      const arn = `arn:aws:logs:${region}:${account}:query-definition:${queryDefinitionId}`;
      return { id: queryDefinitionId, outputs: { name, queryDefinitionId, arn } };
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

/** The same at each start, so that a link to it stays good. */
function uuidOf(name: string): string {
  const digits = createHash("sha256").update(name).digest("hex");
  return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-8$4-$5");
}
