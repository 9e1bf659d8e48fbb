import type { RecordedResource } from "../../program/recorded.ts";
import { reservedNameProblem } from "./request-names.ts";
import { retentionProblem } from "./retention.ts";
import type { Logs } from "./service.ts";

/** Creates an `aws:cloudwatch/logGroup:LogGroup`. @throws Error that starts with the resource's name. */
export function provisionLogGroup(logs: Logs, { id, name, inputs }: RecordedResource): void {
  const { retentionInDays = 0 } = inputs;
  const problem = retentionProblem(retentionInDays);
  if (problem) throw new Error(`${name}: ${problem}`);
  if (logs.hasGroup(id)) throw new Error(`${name}: there is a log group ${id} already`);
  if (!/^[\w./#-]{1,512}$/.test(id)) {
    throw new Error(
      `${name}: the log group name ${id} must have 1 to 512 of letters, digits and . - _ / #`,
    );
  }
  const reserved = reservedNameProblem(id);
  if (reserved) throw new Error(`${name}: the log group name ${id}: ${reserved}`);
  logs.provisionGroup(id, retentionInDays as number);
}
