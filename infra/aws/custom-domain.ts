import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** What a custom domain is made of. */
export interface CustomDomainArgs {
  /** Name of the domain, e.g. `api.shop.example`. */
  domainName: string;
  /** ARN of its certificate in AWS Certificate Manager, in the stack's region. */
  certificateArn: string;
}

/** A stage of an API, and the first part of its paths below the domain. */
export interface ServedStage {
  apiId: pulumi.Input<string>;
  stage: pulumi.Input<string>;
  path: string;
}

/** A custom domain that serves every API of the stack, each below a path: `https://api.shop.example/orders/…`. */
export class CustomDomain {
  /** The name that a CNAME record of the domain has to point to. */
  readonly target: pulumi.Output<string>;
  readonly #domain: aws.apigatewayv2.DomainName;

  constructor(
    name: string,
    { domainName, certificateArn }: CustomDomainArgs,
    parent: pulumi.Resource,
  ) {
    this.#domain = new aws.apigatewayv2.DomainName(
      `${name}-domain`,
      {
        domainName,
        domainNameConfiguration: {
          certificateArn,
          endpointType: "REGIONAL",
          securityPolicy: "TLS_1_2",
        },
      },
      { parent },
    );
    this.target = this.#domain.domainNameConfiguration.apply(
      ({ targetDomainName }) => targetDomainName,
    );
  }

  /** Serves a stage of a REST API or of an HTTP API. */
  serve(name: string, { apiId, stage, path }: ServedStage, parent: pulumi.Resource): void {
    new aws.apigatewayv2.ApiMapping(
      `${name}-mapping`,
      { apiId, stage, domainName: this.#domain.id, apiMappingKey: path },
      { parent },
    );
  }
}
