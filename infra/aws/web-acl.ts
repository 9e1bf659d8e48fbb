import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

const MAX_REQUESTS_IN_FIVE_MINUTES = 2_000;

/** A web ACL with AWS's rules against common attacks, and a limit of requests per address. */
export function webAcl(name: string, parent: pulumi.Resource): aws.wafv2.WebAcl {
  const managed = (rule: string, priority: number) => ({
    name: rule,
    priority,
    overrideAction: { none: {} },
    statement: { managedRuleGroupStatement: { vendorName: "AWS", name: rule } },
    visibilityConfig: visibility(rule),
  });
  return new aws.wafv2.WebAcl(
    `${name}-web-acl`,
    {
      description: "Filters requests to the REST APIs",
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      rules: [
        managed("AWSManagedRulesCommonRuleSet", 0),
        managed("AWSManagedRulesKnownBadInputsRuleSet", 1),
        {
          name: "RequestsPerAddress",
          priority: 2,
          action: { block: {} },
          statement: {
            rateBasedStatement: { aggregateKeyType: "IP", limit: MAX_REQUESTS_IN_FIVE_MINUTES },
          },
          visibilityConfig: visibility("RequestsPerAddress"),
        },
      ],
      visibilityConfig: visibility("WebAcl"),
    },
    { parent },
  );
}

function visibility(metricName: string) {
  return { cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName };
}
