import type { ServiceMembers } from "../../kernel/models/member-rules.ts";

/** What Lambda does with each member of its inputs. */
export const lambdaMembers: ServiceMembers = {
  GetFunction: { honours: ["FunctionName", "Qualifier"] },
  GetFunctionConfiguration: { honours: ["FunctionName", "Qualifier"] },
  GetPolicy: { honours: ["FunctionName", "Qualifier"] },
  Invoke: {
    honours: ["FunctionName", "InvocationType", "LogType", "ClientContext", "Payload", "Qualifier"],
    refuses: {
      DurableExecutionName: "there are no durable functions",
      TenantId: "functions are not isolated by tenant",
    },
  },
  ListFunctions: {
    honours: ["Marker", "MaxItems"],
    holds: { FunctionVersion: "each function has the one version $LATEST" },
    refuses: { MasterRegion: "there are no functions of Lambda@Edge" },
  },
};
