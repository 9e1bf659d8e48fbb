import type * as aws from "@pulumi/aws";

/** Where Pulumi keeps its state. */
export interface StateBackend {
  /** Partition of AWS, e.g. `aws`. */
  partition: string;
  /** Name of the bucket. */
  bucket: string;
  /** ARN of the KMS key that encrypts secrets in the state. */
  key: string;
}

/**
 * What `pulumi preview` needs: it compares the program with the state, and asks AWS nothing but who it is. A pull
 * request runs code that nobody has reviewed, so its role can neither change nor read anything in the account.
 */
export function previewerStatements({
  partition,
  bucket,
  key,
}: StateBackend): aws.iam.PolicyStatement[] {
  return [
    {
      Sid: "ReadState",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:ListBucket"],
      Resource: [`arn:${partition}:s3:::${bucket}`, `arn:${partition}:s3:::${bucket}/*`],
    },
    { Sid: "ReadSecretsOfState", Effect: "Allow", Action: "kms:Decrypt", Resource: key },
  ];
}
