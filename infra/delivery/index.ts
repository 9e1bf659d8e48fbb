import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { deployerStatements } from "./deployer-policy.ts";
import { previewerStatements } from "./previewer-policy.ts";
import { checkedRepository } from "./repository.ts";

const ISSUER = "token.actions.githubusercontent.com";

// This program is a project of its own, beside the one that it delivers.
const project = pulumi.getProject().replace(/-delivery$/, "");
const config = new pulumi.Config("delivery");
const repository = checkedRepository(config.require("repository"));
const { accountId: account } = await aws.getCallerIdentity();
const { partition } = await aws.getPartition();
const state = {
  partition,
  bucket: config.require("stateBucket"),
  key: config.require("secretsKey"),
};

// One account has one provider of this issuer. AWS verifies GitHub's certificate itself and needs no thumbprint.
const github = new aws.iam.OpenIdConnectProvider("github", {
  url: `https://${ISSUER}`,
  clientIdLists: ["sts.amazonaws.com"],
});

const deploying = [...previewerStatements(state), ...deployerStatements({ ...state, account })];
const previewer = role("preview", ["pull_request"], previewerStatements(state));
const deployer = role("deploy", ["environment:dev", "environment:prod"], deploying);

/** Set it as the variable AWS_PREVIEW_ROLE of the repository. */
export const previewRole = previewer.arn;
/** Set it as the variable AWS_DEPLOY_ROLE of the repository. */
export const deployRole = deployer.arn;
/** What the deployer may do, for a role of another origin. */
export const deployPolicy = policyOf(deploying);

/** A role that only runs of this repository with one of these subjects may assume, for an hour. */
function role(
  name: string,
  subjects: string[],
  statements: aws.iam.PolicyStatement[],
): aws.iam.Role {
  const created = new aws.iam.Role(name, {
    name: `${project}-${name}`,
    description: `GitHub Actions of ${repository}: ${name}`,
    maxSessionDuration: 3600,
    assumeRolePolicy: github.arn.apply((provider) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: {
          Effect: "Allow",
          Principal: { Federated: provider },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: {
              [`${ISSUER}:aud`]: "sts.amazonaws.com",
              [`${ISSUER}:sub`]: subjects.map((subject) => `repo:${repository}:${subject}`),
            },
          },
        },
      }),
    ),
  });
  new aws.iam.RolePolicy(name, {
    role: created.name,
    policy: policyOf(statements),
  });
  return created;
}

function policyOf(statements: aws.iam.PolicyStatement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}
