import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../settings.ts";
import { accountId } from "./account.ts";
import { type BackupPlan, backupPlan } from "./backup-plan.ts";
import { CustomDomain } from "./custom-domain.ts";
import { encryptionKey } from "./encryption.ts";
import { type Grant, serviceRole } from "./role.ts";
import { webAcl } from "./web-acl.ts";

/** What API Gateway requires before it accepts the role, in this account and region. */
function logging(): Grant {
  const { partition } = aws.getPartitionOutput();
  const { region } = aws.getRegionOutput();
  const actions = [
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:PutLogEvents",
  ];
  return {
    actions,
    resources: [pulumi.interpolate`arn:${partition}:logs:${region}:${accountId()}:*`],
  };
}

/** What all components of a stack share: its settings, and the resources that exist once. */
export class Foundation extends pulumi.ComponentResource {
  readonly settings: Settings;
  /** Encrypts what the stack stores and sends; undefined where AWS's own keys do. */
  readonly key: aws.kms.Key | undefined;
  /** Backs tables up; undefined if the settings disable it. */
  readonly backup: BackupPlan | undefined;
  /** Filters requests to the REST APIs; undefined if the settings disable it. */
  readonly webAcl: aws.wafv2.WebAcl | undefined;
  /** Serves the APIs below a custom domain; undefined if the settings name none. */
  readonly domain: CustomDomain | undefined;
  /** Who may have signed the functions' code; undefined if it is not signed. */
  readonly codeSigning: aws.lambda.CodeSigningConfig | undefined;
  /** Gives API Gateway its role for logs; undefined where the account has one already. */
  readonly apiLogging: pulumi.Resource | undefined;

  constructor(name: string, settings: Settings, opts?: pulumi.ComponentResourceOptions) {
    super("commerce:infra:Foundation", name, {}, opts);
    this.settings = settings;
    const { api, encryption, functions, tables } = settings;
    const protect = tables.deletionProtection;
    this.key = encryption.customerManagedKey ? encryptionKey(name, { protect }, this) : undefined;
    this.backup = tables.backupPlan
      ? backupPlan(name, { key: this.key, protect }, this)
      : undefined;
    this.webAcl = api.waf ? webAcl(name, this) : undefined;
    const { domainName, certificateArn } = api;
    this.domain =
      domainName && certificateArn
        ? new CustomDomain(name, { domainName, certificateArn }, this)
        : undefined;
    this.codeSigning = functions.signingProfile
      ? codeSigning(name, functions.signingProfile, this)
      : undefined;
    this.apiLogging = apiLogging(`${name}-api-logging`, api.loggingRole, this);
    this.registerOutputs({});
  }

  /** A name that AWS does not choose: others rely on it, and the setting `names:prefix` keeps stacks apart. */
  fixedName(name: string): string {
    return `${this.settings.names.prefix ?? ""}${name}`;
  }
}

/** Reports code that the profile did not sign; it refuses none, as Pulumi signs nothing. */
function codeSigning(
  name: string,
  profile: string,
  parent: pulumi.Resource,
): aws.lambda.CodeSigningConfig {
  return new aws.lambda.CodeSigningConfig(
    `${name}-code-signing`,
    {
      description: "Publishers of the functions' code",
      allowedPublishers: { signingProfileVersionArns: [profile] },
      policies: { untrustedArtifactOnDeployment: "Warn" },
    },
    { parent },
  );
}

/** One role serves every API in the account and region. It outlives the stack, as other stacks' logs depend on it. */
function apiLogging(
  name: string,
  setting: Settings["api"]["loggingRole"],
  parent: pulumi.Resource,
): aws.apigateway.Account | undefined {
  if (setting === "account") return undefined;
  const kept = { parent, retainOnDelete: true };
  if (setting !== "create") {
    return new aws.apigateway.Account(`${name}-account`, { cloudwatchRoleArn: setting }, kept);
  }
  const role = serviceRole(
    name,
    { service: "apigateway.amazonaws.com", grants: [logging()], retainOnDelete: true },
    parent,
  );
  return new aws.apigateway.Account(
    `${name}-account`,
    { cloudwatchRoleArn: role.arn },
    { ...kept, dependsOn: role.policy },
  );
}
