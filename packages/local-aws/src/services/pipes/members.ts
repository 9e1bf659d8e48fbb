import type { ServiceMembers } from "../../kernel/models/member-rules.ts";

/** What Pipes does with each member of its inputs. */
export const pipesMembers: ServiceMembers = {
  DescribePipe: { honours: ["Name"] },
  ListPipes: {
    honours: [
      "NamePrefix",
      "DesiredState",
      "CurrentState",
      "SourcePrefix",
      "TargetPrefix",
      "NextToken",
      "Limit",
    ],
  },
  StartPipe: { honours: ["Name"] },
  StopPipe: { honours: ["Name"] },
};
