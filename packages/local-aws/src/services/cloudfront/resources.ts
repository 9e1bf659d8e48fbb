import { stableId } from "../../gateway/resource-ids.ts";
import { type ResourceType, TAGS } from "../../program/resource-type.ts";

const LOOPBACK = "pages are served on loopback";

/** CloudFront's Pulumi types. */
export const cloudfrontResourceTypes: ResourceType[] = [
  {
    type: "aws:cloudfront/originAccessControl:OriginAccessControl",
    honours: ["originAccessControlOriginType", "signingBehavior"],
    ignores: {
      name: "nothing shows it",
      description: "nothing shows it",
      signingProtocol: "requests to buckets are not signed: their policies are evaluated directly",
    },
    compute: ({ generatedName }) => ({
      id: stableId(generatedName, 14).toUpperCase(),
      outputs: {},
    }),
  },
  {
    type: "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
    honours: ["securityHeadersConfig", "customHeadersConfig"],
    ignores: { name: "nothing shows it", comment: "nothing shows it" },
    compute: ({ generatedName }) => ({ id: stableId(generatedName, 20), outputs: {} }),
  },
  {
    type: "aws:cloudfront/distribution:Distribution",
    honours: [
      "enabled",
      "aliases",
      "customErrorResponses",
      "defaultCacheBehavior",
      "defaultRootObject",
      "origins",
    ],
    ignores: {
      ...TAGS,
      comment: "nothing shows it",
      httpVersion: LOOPBACK,
      isIpv6Enabled: LOOPBACK,
      priceClass: LOOPBACK,
      restrictions: LOOPBACK,
      viewerCertificate: LOOPBACK,
      waitForDeployment: "it is deployed immediately",
      retainOnDelete: "nothing is destroyed",
    },
    compute({ name, inputs, generatedName }, { account, apiEndpoint }) {
      // Readable, as it is what people open: AWS draws a domain name at random.
      const id = name;
      const domainName = `d${stableId(generatedName, 13)}.cloudfront.net`;
      const aliases = Array.isArray(inputs["aliases"]) ? inputs["aliases"].map(String) : [];
      return {
        id,
        outputs: { arn: `arn:aws:cloudfront::${account}:distribution/${id}`, domainName },
        servedAt: Object.fromEntries(
          [domainName, ...aliases].map((domain) => [`https://${domain}`, `${apiEndpoint}/${id}`]),
        ),
      };
    },
  },
];
