import { type ResourceType, TAGS } from "../../program/resource-type.ts";

const WHY = "nothing is audited on this machine";
const INPUTS = [
  "advancedEventSelectors",
  "cloudWatchLogsGroup",
  "enableLogFileValidation",
  "enableLogging",
  "eventSelectors",
  "includeGlobalServiceEvents",
  "insightSelectors",
  "isMultiRegionTrail",
  "isOrganizationTrail",
  "kmsKeyId",
  "name",
  "region",
  "s3Bucket",
  "s3KeyPrefix",
  "snsTopicName",
];

/** CloudTrail's Pulumi types: accepted, so that a stack that is audited on AWS runs here, and without any effect. */
export const cloudtrailResourceTypes: ResourceType[] = [
  {
    type: "awsx:cloudtrail:Trail",
    honours: [],
    ignores: { ...TAGS, ...Object.fromEntries(INPUTS.map((input) => [input, WHY])) },
    // Its bucket and its log group are resources, and there are none.
    compute: ({ generatedName }) => ({ id: generatedName, outputs: {} }),
  },
];
