import { App, CfnResource, Stack } from "aws-cdk-lib";
import { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import { AwsSolutionsChecks, type NagPack, ServerlessChecks } from "cdk-nag";
import type { Finding, Report } from "./finding.ts";

/** Runs cdk-nag's rules for AWS Solutions and for serverless applications over a CloudFormation template. */
export function runCdkNag(templateFile: string): Report {
  const app = new App({ analyticsReporting: false });
  const included = new CfnInclude(new Stack(app, "stack"), "template", { templateFile });
  const packs: NagPack[] = [new AwsSolutionsChecks(app), new ServerlessChecks(app)];
  const findings = packs.flatMap((pack) =>
    pack.validateScope(app).violations.flatMap(({ ruleName, description, violatingResources }) => {
      // A rule that looks at parts of a resource names the part: AwsSolutions-IAM5[Resource::*].
      const [, rule = ruleName, part = ""] = /^([\w-]+)(\[.*\])$/.exec(ruleName) ?? [];
      return violatingResources.map(({ constructPath = "" }): Finding => {
        const label = constructPath.split("/").at(-1);
        return { rule, title: description, resource: part ? `${part} ${label}` : `${label}` };
      });
    }),
  );
  const { length } = included.node.findAll().filter(CfnResource.isCfnResource);
  if (length === 0) throw new Error(`cdk-nag found nothing to check in ${templateFile}`);
  return { scanner: "cdk-nag", findings, checked: `${length} resources` };
}
