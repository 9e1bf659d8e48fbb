import { type ResourceType, TAGS } from "../../program/resource-type.ts";

/** The Pulumi resource types that the `states` service provisions. */
export const statesResourceTypes: ResourceType[] = [
  {
    type: "aws:sfn/stateMachine:StateMachine",
    honours: [
      "name",
      "namePrefix",
      "definition",
      "roleArn",
      "type",
      "loggingConfiguration",
      "publish",
    ],
    ignores: {
      ...TAGS,
      tracingConfiguration: "executions are not traced by X-Ray",
      encryptionConfiguration: "execution data is not encrypted",
    },
    compute({ name, inputs, generatedName }, { account, region }) {
      const suffix = generatedName.slice(name.length + 1);
      const machineName =
        inputs.name ?? (inputs.namePrefix ? `${inputs.namePrefix}${suffix}` : generatedName);
      const arn = `arn:aws:states:${region}:${account}:stateMachine:${machineName}`;
      return {
        id: arn,
        outputs: {
          name: machineName,
          arn,
          type: inputs.type ?? "STANDARD",
          status: "ACTIVE",
          // Evaluation has no clock: equal programs compute equal outputs.
          creationDate: "1970-01-01T00:00:00Z",
          description: "",
          // AWS gives a revision only from the first update on.
          revisionId: "",
          stateMachineVersionArn: inputs.publish === true ? `${arn}:1` : "",
          versionDescription: "",
        },
      };
    },
  },
];
