import { pageAt } from "../../kernel/page.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { type FunctionReference, functionReferenceIn } from "../lambda/invoke-input.ts";

/** An event source mapping, as ListEventSourceMappings shows it. */
export interface EventSourceMapping {
  UUID: string;
  EventSourceArn: string;
  FunctionArn: string;
}

const PAGE = 100;

/** The output of ListEventSourceMappings: mappings of a function or a source, page by page. */
export function listMappings(
  mappings: readonly EventSourceMapping[],
  input: Record<string, unknown>,
): object {
  const { EventSourceArn: source, FunctionName, Marker, MaxItems = PAGE } = input;
  const wanted = FunctionName === undefined ? undefined : functionReferenceIn(FunctionName);
  const found = mappings.filter(
    ({ EventSourceArn, FunctionArn }) =>
      (source === undefined || EventSourceArn === source) &&
      (wanted === undefined || isOf(functionReferenceIn(FunctionArn), wanted)),
  );
  const page = pageAt(found, Marker, Math.min(PAGE, Number(MaxItems)));
  if (!page) {
    const details = { Type: "User" };
    throw new ServiceError("InvalidParameterValueException", "Invalid Marker", 400, details);
  }
  return { EventSourceMappings: page.items, ...(page.next && { NextMarker: page.next }) };
}

/** A version or an alias has mappings of its own; those of the name alone are of `$LATEST`. */
function isOf(one: FunctionReference, wanted: FunctionReference): boolean {
  return one.name === wanted.name && one.qualifier === wanted.qualifier;
}
