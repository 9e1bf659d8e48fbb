import type * as aws from "@pulumi/aws";
import type { StateBackend } from "./previewer-policy.ts";

/** Where a deployment happens. */
export interface Deployment extends StateBackend {
  account: string;
}

/**
 * What creating, updating and deleting the resources of a Pulumi module takes, by module of `@pulumi/aws`. Grants are
 * per service, because who may create functions and roles can do what those can do. What limits the deployer is its
 * trust policy, and the approval before it is assumed.
 */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  acm: ["acm:*"],
  apigateway: ["apigateway:*"],
  apigatewayv2: ["apigateway:*"],
  backup: ["backup:*", "backup-storage:*"],
  budgets: ["budgets:*"],
  cloudfront: ["cloudfront:*"],
  cloudtrail: ["cloudtrail:*"],
  cloudwatch: ["cloudwatch:*", "events:*", "logs:*"],
  dynamodb: ["dynamodb:*"],
  iam: [],
  kms: ["kms:*"],
  lambda: ["lambda:*"],
  pipes: ["pipes:*"],
  route53: ["route53:*"],
  s3: ["s3:*"],
  scheduler: ["scheduler:*"],
  secretsmanager: ["secretsmanager:*"],
  sfn: ["states:*"],
  signer: ["signer:*"],
  sns: ["sns:*"],
  sqs: ["sqs:*"],
  ssm: ["ssm:*"],
  wafv2: ["wafv2:*"],
  xray: ["xray:*"],
};

/** Names of the roles that the program creates: Pulumi adds seven digits to their logical names. */
export const OWN_ROLES = "*-role-*";

/** IAM calls on the roles that the program creates, and no others. */
const ROLE_ACTIONS = [
  "iam:CreateRole",
  "iam:DeleteRole",
  "iam:DeleteRolePolicy",
  "iam:AttachRolePolicy",
  "iam:DetachRolePolicy",
  "iam:GetRole",
  "iam:GetRolePolicy",
  "iam:ListAttachedRolePolicies",
  "iam:ListInstanceProfilesForRole",
  "iam:ListRolePolicies",
  "iam:PassRole",
  "iam:PutRolePolicy",
  "iam:TagRole",
  "iam:UntagRole",
  "iam:UpdateAssumeRolePolicy",
  "iam:UpdateRole",
];

/**
 * The actions that deploying resources of these types takes.
 *
 * @param types Pulumi type tokens, e.g. `aws:sqs/queue:Queue`.
 * @throws Error for a type whose module is not listed here.
 */
export function actionsFor(types: Iterable<string>): string[] {
  const actions = new Set<string>();
  for (const type of types) {
    const [, module = ""] = /^awsx?:(\w+)[/:]/.exec(type) ?? [];
    const found = ACTIONS[module];
    if (!found) {
      throw new Error(`${type}: add what deploying it takes to infra/delivery/deployer-policy.ts`);
    }
    for (const action of found) actions.add(action);
  }
  return [...actions].sort();
}

/**
 * What `pulumi up` needs: to write the state, to manage resources of the services that the program uses, and to create
 * and pass the program's own roles.
 */
export function deployerStatements(deployment: Deployment): aws.iam.PolicyStatement[] {
  const { bucket, key, partition, account } = deployment;
  const modules = Object.keys(ACTIONS).map((module) => `aws:${module}/`);
  return [
    {
      Sid: "WriteState",
      Effect: "Allow",
      Action: ["s3:PutObject", "s3:DeleteObject"],
      Resource: `arn:${partition}:s3:::${bucket}/*`,
    },
    { Sid: "WriteSecretsOfState", Effect: "Allow", Action: "kms:Encrypt", Resource: key },
    { Sid: "ManageResources", Effect: "Allow", Action: actionsFor(modules), Resource: "*" },
    {
      // npm run smoke, where the APIs ask for signatures.
      Sid: "CallApis",
      Effect: "Allow",
      Action: "execute-api:Invoke",
      Resource: `arn:${partition}:execute-api:*:${account}:*`,
    },
    {
      Sid: "ManageOwnRoles",
      Effect: "Allow",
      Action: ROLE_ACTIONS,
      // The roles of this delivery have other names: nobody can widen what they may do.
      Resource: `arn:${partition}:iam::${account}:role/${OWN_ROLES}`,
    },
    {
      Sid: "ManageServiceLinkedRoles",
      Effect: "Allow",
      Action: "iam:CreateServiceLinkedRole",
      Resource: `arn:${partition}:iam::${account}:role/aws-service-role/*`,
    },
  ];
}
