/** A state machine in the Amazon States Language, JSONPath flavour, as far as the interpreter runs it. */
export interface StateMachineDefinition extends StateGraph {
  Comment?: string;
  Version?: string;
  /** Seconds that one execution may take. */
  TimeoutSeconds?: number;
}

/** States and where to begin: a whole machine, a branch of a Parallel state, or what a Map state does per item. */
export interface StateGraph {
  StartAt: string;
  States: Record<string, State>;
}

export type State =
  | PassState
  | TaskState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

/** A JSONPath; null means an empty object (input, output) or nothing (result). */
export type PathOrNull = string | null;

interface StateBase {
  Comment?: string;
  InputPath?: PathOrNull;
  OutputPath?: PathOrNull;
}

interface StateWithNext extends StateBase {
  Next?: string;
  End?: boolean;
}

/** Error handling, which Task, Parallel and Map states have. */
export interface Guarded {
  Retry?: Retrier[];
  Catch?: Catcher[];
}

export interface Retrier {
  ErrorEquals: string[];
  /** @default 1 */
  IntervalSeconds?: number;
  /** @default 3 */
  MaxAttempts?: number;
  /** @default 2 */
  BackoffRate?: number;
  MaxDelaySeconds?: number;
  /** @default "NONE" */
  JitterStrategy?: "FULL" | "NONE";
}

export interface Catcher {
  ErrorEquals: string[];
  ResultPath?: PathOrNull;
  Next: string;
}

export interface PassState extends StateWithNext {
  Type: "Pass";
  Parameters?: unknown;
  Result?: unknown;
  ResultPath?: PathOrNull;
}

export interface TaskState extends StateWithNext, Guarded {
  Type: "Task";
  Resource: string;
  Parameters?: unknown;
  ResultSelector?: unknown;
  ResultPath?: PathOrNull;
  TimeoutSeconds?: number;
  TimeoutSecondsPath?: string;
  HeartbeatSeconds?: number;
  HeartbeatSecondsPath?: string;
}

export interface ChoiceState extends StateBase {
  Type: "Choice";
  Choices: (ChoiceRule & { Next: string })[];
  Default?: string;
}

/** One comparison (`Variable` and an operator), or `And`, `Or`, `Not` over others. */
export interface ChoiceRule {
  And?: ChoiceRule[];
  Or?: ChoiceRule[];
  Not?: ChoiceRule;
  Variable?: string;
  [operator: string]: unknown;
}

export interface WaitState extends StateWithNext {
  Type: "Wait";
  Seconds?: number;
  SecondsPath?: string;
  Timestamp?: string;
  TimestampPath?: string;
}

export interface SucceedState extends StateBase {
  Type: "Succeed";
}

export interface FailState {
  Type: "Fail";
  Comment?: string;
  Error?: string;
  ErrorPath?: string;
  Cause?: string;
  CausePath?: string;
}

export interface ParallelState extends StateWithNext, Guarded {
  Type: "Parallel";
  Branches: StateGraph[];
  Parameters?: unknown;
  ResultSelector?: unknown;
  ResultPath?: PathOrNull;
}

export interface MapState extends StateWithNext, Guarded {
  Type: "Map";
  ItemsPath?: string;
  ItemSelector?: unknown;
  /** The older name of `ItemSelector`. */
  Parameters?: unknown;
  ItemProcessor?: StateGraph & { ProcessorConfig?: { Mode?: string } };
  /** The older name of `ItemProcessor`. */
  Iterator?: StateGraph;
  /** 0 means as many as AWS allows: 40. */
  MaxConcurrency?: number;
  MaxConcurrencyPath?: string;
  ResultSelector?: unknown;
  ResultPath?: PathOrNull;
}

/** What `$$` points into. */
export interface ContextObject {
  Execution: {
    Id: string;
    Input: unknown;
    Name: string;
    RoleArn: string;
    StartTime: string;
    RedriveCount: number;
  };
  StateMachine: { Id: string; Name: string };
  State?: { Name: string; EnteredTime: string; RetryCount?: number };
  /** Set within a Map state. */
  Map?: { Item: { Index: number; Value: unknown } };
  /** Set while a task with `.waitForTaskToken` is prepared. */
  Task?: { Token: string };
}
