import { createHash } from "node:crypto";
import { type ResourceType, TAGS } from "../../program/resource-type.ts";

/** The Pulumi type of event source mappings. */
export const eventSourceResourceTypes: ResourceType[] = [
  {
    type: "aws:lambda/eventSourceMapping:EventSourceMapping",
    honours: [
      "eventSourceArn",
      "functionName",
      "enabled",
      "batchSize",
      "maximumBatchingWindowInSeconds",
      "functionResponseTypes",
      "filterCriteria",
      "scalingConfig",
      "startingPosition",
      "bisectBatchOnFunctionError",
      "maximumRetryAttempts",
      "maximumRecordAgeInSeconds",
      "parallelizationFactor",
      "destinationConfig",
    ],
    ignores: {
      ...TAGS,
      region: "everything runs in the stack's one region",
      kmsKeyArn: "filters are not encrypted",
      metricsConfig: "mappings have no metrics of their own",
    },
    compute({ inputs, generatedName }, { region, account }) {
      const hash = createHash("sha256").update(generatedName).digest("hex");
      const uuid = hash.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-8$4-$5");
      const arn = `arn:aws:lambda:${region}:${account}:event-source-mapping:${uuid}`;
      const functionArn = String(inputs["functionName"]);
      return { id: uuid, outputs: { uuid, arn, functionArn, state: "Enabled" } };
    },
  },
];
