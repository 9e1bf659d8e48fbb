import { type CloudFormationType, object } from "./type.ts";

const INVOKED =
  "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/@arn/invocations";

/** Lambda, IAM and KMS. */
export const functions: Readonly<Record<string, CloudFormationType>> = {
  "lambda/function:Function": {
    type: "AWS::Lambda::Function",
    ref: ["id", "name", "functionName"],
    attributes: { arn: "Arn" },
    texts: {
      invokeArn: INVOKED.replace("@arn", "${@.Arn}"),
      // `publish` makes this resource beside the function.
      version: "${@Version.Version}",
    },
    names: { name: "FunctionName" },
    omitted: ["code", "publish"],
    arranged: (_, name) => ({
      Code: { S3Bucket: { Ref: "PackageBucket" }, S3Key: `functions/${name}.zip` },
    }),
  },
  "lambda/alias:Alias": {
    type: "AWS::Lambda::Alias",
    ref: ["id", "arn"],
    texts: { invokeArn: INVOKED.replace("@arn", "${@}") },
  },
  "lambda/codeSigningConfig:CodeSigningConfig": {
    type: "AWS::Lambda::CodeSigningConfig",
    ref: ["id", "arn"],
    names: { policies: "CodeSigningPolicies" },
  },
  "lambda/eventSourceMapping:EventSourceMapping": {
    type: "AWS::Lambda::EventSourceMapping",
    omitted: ["destinationConfig"],
    arranged: ({ destinationConfig }) => {
      if (destinationConfig === undefined) return {};
      const { destinationArn } = object(object(destinationConfig)["onFailure"]);
      return { DestinationConfig: { OnFailure: { Destination: destinationArn } } };
    },
  },
  "lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
    type: "AWS::Lambda::EventInvokeConfig",
    arranged: ({ qualifier = "$LATEST" }) => ({ Qualifier: qualifier }),
  },
  "lambda/permission:Permission": {
    type: "AWS::Lambda::Permission",
    omitted: ["function", "qualifier"],
    arranged: ({ function: name, qualifier }) => ({
      FunctionName: qualifier === undefined ? name : `${name}:${qualifier}`,
    }),
  },
  "iam/role:Role": {
    type: "AWS::IAM::Role",
    ref: ["id", "name"],
    attributes: { arn: "Arn" },
    names: { assumeRolePolicy: "AssumeRolePolicyDocument" },
    documents: ["assumeRolePolicy"],
  },
  "iam/rolePolicy:RolePolicy": {
    type: "AWS::IAM::Policy",
    names: { policy: "PolicyDocument" },
    documents: ["policy"],
    omitted: ["role"],
    arranged: ({ role }, name) => ({ PolicyName: name, Roles: [role] }),
  },
  "kms/key:Key": {
    type: "AWS::KMS::Key",
    ref: ["id", "keyId"],
    attributes: { arn: "Arn" },
    names: { deletionWindowInDays: "PendingWindowInDays", policy: "KeyPolicy" },
    documents: ["policy"],
  },
};
