import { type ResourceType, TAGS } from "../../program/resource-type.ts";

/** EventBridge Pipes' Pulumi types. */
export const pipesResourceTypes: ResourceType[] = [
  {
    type: "aws:pipes/pipe:Pipe",
    honours: [
      "name",
      "description",
      "desiredState",
      "roleArn",
      "source",
      "sourceParameters",
      "target",
      "targetParameters",
      "logConfiguration",
    ],
    ignores: {
      ...TAGS,
      region: "everything runs in the stack's one region",
      kmsKeyIdentifier: "pipes are not encrypted",
    },
    compute({ inputs, generatedName }, { region, account }) {
      const name = typeof inputs["name"] === "string" ? inputs["name"] : generatedName;
      const desiredState = inputs["desiredState"] ?? "RUNNING";
      const arn = `arn:aws:pipes:${region}:${account}:pipe/${name}`;
      return { id: name, outputs: { name, arn, desiredState } };
    },
  },
];
