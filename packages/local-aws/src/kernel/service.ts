import type { ServiceMembers } from "./models/member-rules.ts";

/** Who makes a call. */
export type Caller =
  /** The person at the keyboard: credentials that this runtime did not mint. Everything is allowed. */
  | { kind: "administrator" }
  /** A function, state machine, rule or pipe with its role's credentials. */
  | { kind: "role"; roleArn: string; sessionName: string }
  /** An AWS service in its own name, on behalf of a resource. Only resource policies can allow it. */
  | { kind: "service"; principal: string; sourceArn: string };

/** One thing that a caller must be allowed to do for a call to go through. */
export interface Need {
  /** IAM action, e.g. `dynamodb:PutItem`. */
  action: string;
  /** ARN of what it is done to, or `*`. */
  resource: string;
  /** ARN of what has the resource policy, where that is not the resource itself, e.g. the bucket of an object. */
  policyOf?: string;
  /** Condition keys beyond the global ones, e.g. `dynamodb:LeadingKeys`. */
  context?: Record<string, string | string[]>;
}

/** How a call is made, besides its input. Operations that return immediately need none of it. */
export interface CallManner {
  /** Aborted when the caller no longer waits for the response. */
  signal?: AbortSignal | undefined;
  /** Whether the runtime itself waits for the response, and no client: calls of clients come first. */
  background?: boolean | undefined;
  /** Called when the call has waited its turn; a caller who limits its time counts from then. */
  onStarted?: (() => void) | undefined;
  /** `X-Amzn-Trace-Id` of the caller, where it sent one. */
  traceHeader?: string | undefined;
  /** Whether the caller only writes the output as JSON: an operation may return a `JsonText` then. */
  asText?: boolean | undefined;
}

/** What an operation knows about the call that it serves. */
export interface CallContext extends CallManner {
  caller: Caller;
  requestId: string;
}

/** One API operation of a service: what it needs, then what it does. Input and output are the API's own JSON. */
export interface Operation {
  needs(input: Record<string, unknown>): Need[];
  run(input: Record<string, unknown>, context: CallContext): unknown;
}

/** A service as the dispatcher sees it. */
export interface Service {
  /** The endpoint's signing name, e.g. `dynamodb`, `states`, `events`, `sqs`. */
  readonly name: string;
  readonly operations: Readonly<Record<string, Operation>>;
  /** What it does with each input member; AWS's model lists the members. */
  readonly members?: ServiceMembers;
  /**
   * Members that the service checks before all others, and reports alone.
   *
   * @throws ServiceError
   */
  checkFirst?(operation: string, input: Readonly<Record<string, unknown>>): void;
}
