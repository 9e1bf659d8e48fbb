import type { ServiceMembers } from "../../kernel/models/member-rules.ts";

/** What Step Functions does with each member of its inputs. */
export const statesMembers: ServiceMembers = {
  DescribeExecution: { honours: ["executionArn", "includedData"] },
  DescribeStateMachine: { honours: ["stateMachineArn", "includedData"] },
  DescribeStateMachineForExecution: { honours: ["executionArn", "includedData"] },
  GetExecutionHistory: {
    honours: ["executionArn", "maxResults", "reverseOrder", "nextToken", "includeExecutionData"],
  },
  ListExecutions: {
    honours: ["stateMachineArn", "statusFilter", "maxResults", "nextToken"],
    refuses: {
      mapRunArn: "distributed maps are not run",
      redriveFilter: "executions are not redriven",
    },
  },
  ListStateMachines: { honours: ["maxResults", "nextToken"] },
  SendTaskFailure: { honours: ["taskToken", "error", "cause"] },
  SendTaskHeartbeat: { honours: ["taskToken"] },
  SendTaskSuccess: { honours: ["taskToken", "output"] },
  StartExecution: {
    honours: ["stateMachineArn", "name", "input", "traceHeader"],
  },
  StopExecution: { honours: ["executionArn", "error", "cause"] },
};
