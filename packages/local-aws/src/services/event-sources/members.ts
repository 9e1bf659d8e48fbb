import type { ServiceMembers } from "../../kernel/models/member-rules.ts";

/** What event source mappings do with each member of their inputs. */
export const mappingMembers: ServiceMembers = {
  ListEventSourceMappings: { honours: ["EventSourceArn", "FunctionName", "Marker", "MaxItems"] },
};
