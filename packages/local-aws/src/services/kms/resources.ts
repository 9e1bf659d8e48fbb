import { createHash } from "node:crypto";
import { type ResourceType, TAGS } from "../../program/resource-type.ts";

const REGION = { region: "everything runs in the stack's one region" };
const LOCKOUT = {
  bypassPolicyLockoutSafetyCheck: "nothing locks the person at the keyboard out of a key",
};

/** KMS's Pulumi types. Nothing is encrypted; key policies decide who may use what a key protects. */
export const kmsResourceTypes: ResourceType[] = [
  {
    type: "aws:kms/key:Key",
    honours: ["policy"],
    ignores: {
      ...TAGS,
      ...REGION,
      ...LOCKOUT,
      description: "descriptions of keys are not shown",
      enableKeyRotation: "nothing is encrypted",
      rotationPeriodInDays: "nothing is encrypted",
      deletionWindowInDays: "nothing is left behind when the runtime stops",
      multiRegion: "there is one region",
    },
    compute({ inputs, generatedName }, { region, account }) {
      const hex = createHash("sha256").update(generatedName).digest("hex");
      const keyId = [8, 12, 16, 20, 32]
        .map((end, index, ends) => hex.slice(index === 0 ? 0 : ends[index - 1], end))
        .join("-");
      const arn = `arn:aws:kms:${region}:${account}:key/${keyId}`;
      const policy = inputs["policy"] ?? defaultKeyPolicy(account);
      return { id: keyId, outputs: { keyId, arn, policy } };
    },
  },
  {
    type: "aws:kms/alias:Alias",
    honours: ["name", "targetKeyId"],
    ignores: REGION,
    compute({ inputs, generatedName }, { region, account }) {
      const name = typeof inputs["name"] === "string" ? inputs["name"] : `alias/${generatedName}`;
      const target = String(inputs["targetKeyId"]);
      const base = `arn:aws:kms:${region}:${account}`;
      const targetKeyArn = target.startsWith("arn:") ? target : `${base}:key/${target}`;
      return { id: name, outputs: { name, arn: `${base}:${name}`, targetKeyArn } };
    },
  },
  {
    type: "aws:kms/keyPolicy:KeyPolicy",
    honours: ["keyId", "policy"],
    ignores: { ...REGION, ...LOCKOUT },
    compute: ({ inputs }) => ({ id: String(inputs["keyId"]), outputs: {} }),
  },
];

/** The policy of a key that is given none: the account's own policies decide. */
function defaultKeyPolicy(account: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Id: "key-default-1",
    Statement: [
      {
        Sid: "Enable IAM User Permissions",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  });
}
