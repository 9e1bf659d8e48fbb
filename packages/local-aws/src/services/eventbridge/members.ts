import type { ServiceMembers } from "../../kernel/models/member-rules.ts";

const PAGE = ["NextToken", "Limit"];
const RULE = { honours: ["Name", "EventBusName"] };

/** What EventBridge does with each member of its inputs. */
export const eventsMembers: ServiceMembers = {
  DescribeEventBus: { honours: ["Name"] },
  DescribeRule: RULE,
  DisableRule: RULE,
  EnableRule: RULE,
  ListEventBuses: { honours: ["NamePrefix", ...PAGE] },
  ListRuleNamesByTarget: { honours: ["TargetArn", "EventBusName", ...PAGE] },
  ListRules: { honours: ["NamePrefix", "EventBusName", ...PAGE] },
  ListTagsForResource: { honours: ["ResourceARN"] },
  ListTargetsByRule: { honours: ["Rule", "EventBusName", ...PAGE] },
  PutEvents: {
    honours: [
      "Time",
      "Source",
      "Resources",
      "DetailType",
      "Detail",
      "EventBusName",
      "TraceHeader",
    ].map((name) => `Entries.${name}`),
    refuses: { EndpointId: "there are no global endpoints" },
  },
  TestEventPattern: { honours: ["EventPattern", "Event"] },
};
