import type { ServiceMembers } from "../../kernel/models/member-rules.ts";

const PAGE = ["position", "limit"];

/** What the API of API Gateway does with each member of its inputs. */
export const apigatewayMembers: ServiceMembers = {
  GetApiKeys: {
    honours: [...PAGE, "nameQuery", "includeValues"],
    refuses: { customerId: "keys belong to no customers of AWS Marketplace" },
  },
  GetRestApis: { honours: PAGE },
  GetStages: { honours: ["restApiId", "deploymentId"] },
  GetUsagePlans: { honours: [...PAGE, "keyId"] },
};
