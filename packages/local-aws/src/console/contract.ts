import type { Letter } from "../kernel/letter.ts";
import type { SystemMap } from "./map/system-map.ts";

/** What the page needs to know of a stack before anything else. */
export interface StackFacts {
  project: string;
  stack: string;
  region: string;
  map: SystemMap;
  /** Whether the stack runs in this process; a deployed one sends no events, and its figures come from CloudWatch. */
  live: boolean;
  /** Whether the page may change anything. */
  writable: boolean;
  /** Folder of the sources, for links into an editor; empty where the page does not know it. */
  root: string;
  /** What the program adds to the page. */
  journeys?: { noun: string; statuses: string[]; actions: JourneyActionFacts[] };
  plays: PlayFacts[];
  apis: ApiDocument[];
  savedEvents: SavedEvent[];
  hasDeadLetters: boolean;
  dashboards: string[];
}

/** Something that a person may do about a journey. */
export interface JourneyActionFacts {
  name: string;
  label: string;
  /** What it does, in a sentence. */
  explains: string;
}

/** A button that makes something happen. */
export interface PlayFacts {
  name: string;
  label: string;
  explains: string;
}

/** One API with its OpenAPI document. */
export interface ApiDocument {
  name: string;
  url: string;
  /** Value of the header `x-api-key`, if the API requires one. */
  key?: string;
  document: unknown;
}

/** An event that a function can be invoked with. */
export interface SavedEvent {
  name: string;
  /** Logical name of the function that it is for. */
  functionName?: string;
  payload: string;
}

/** One thing in the list of journeys, e.g. an order. */
export interface JourneyEntry {
  id: string;
  /** ISO 8601. */
  at: string;
  status: string;
  /** Whether it has ended. */
  over: boolean;
  outcome: Outcome;
  /** Its subject in a few words, e.g. an amount. */
  about: string;
}

/** How something ended, or has not yet. */
export type Outcome = "good" | "bad" | "pending";

/** A step that matters to people, on the compact line. */
export interface Milestone {
  label: string;
  state: Outcome | "skipped";
  /** Epoch milliseconds. */
  at?: number;
}

/** Something that took time, or happened at a moment. */
export interface Bar {
  key: string;
  /** The function, API, workflow or table that reports it. */
  where: string;
  label: string;
  /** Since when it waited to begin; equal to `from` where it did not. Epoch milliseconds. */
  waitingFrom: number;
  from: number;
  /** Undefined while it is running. */
  to?: number;
  tone: Outcome | "notice" | "refused";
  /** What happened, in a sentence. */
  what: string;
  /** Whether people can do without it. */
  minor: boolean;
  /** How deep it is indented. */
  depth: number;
  /** The state of its workflow. */
  state?: string;
  input?: string;
  output?: string;
  error?: string;
  lines: BarLine[];
  /** The function that can be invoked again with the input. */
  functionName?: string;
}

/** A line of a log. */
export interface BarLine {
  at: number;
  text: string;
}

/** Everything that the page shows of one journey. */
export interface JourneyView {
  id: string;
  title: string;
  outcome: Outcome;
  summary: string;
  over: boolean;
  /** What ought to be there and is not. */
  missing: string[];
  milestones: Milestone[];
  bars: Bar[];
  /** Its runs of a state machine, the first first. */
  runs: string[];
}

/** A queue of messages that failed. */
export interface DeadLetterQueueView {
  name: string;
  url: string;
  waiting: number;
  cases: { id: string; sentAt: number; reason: string; way: string; body: string }[];
  more: boolean;
}

/** What a redrive did, or would do. */
export interface RedriveView {
  planned: { reason: string; way: string; count: number }[];
  redriven: number;
  left: number;
  failed: number;
  notes: string[];
}

/** What a request was answered. */
export interface SentRequest {
  status: number;
  ms: number;
  headers: Record<string, string>;
  body: string;
}

/** What a program adds to the page. It knows the shop; the page does not. */
export interface ConsoleProgram {
  journeys?: {
    /** What a journey is of, e.g. `order`. */
    noun: string;
    statuses: string[];
    list(status: string | undefined): Promise<JourneyEntry[]>;
    /** The journeys of an id. @throws Error when there is none. */
    find(id: string): Promise<{ id: string; at: string }[]>;
    read(id: string): Promise<JourneyView>;
    actions: (JourneyActionFacts & { run(id: string): Promise<string> })[];
  };
  plays?: (PlayFacts & { run(): Promise<PlayResult> })[];
  apis?: ApiDocument[];
  savedEvents?: SavedEvent[];
  deadLetters?: {
    list(): Promise<{ name: string; url: string; waiting: number }[]>;
    show(name: string): Promise<DeadLetterQueueView>;
    redrive(name: string, dryRun: boolean): Promise<RedriveView>;
  };
  /** Letters that are known by other means than the mailbox of this machine. */
  letters?(): Promise<Letter[]>;
}

/** What a play led to. */
export interface PlayResult {
  /** What to expect, in a sentence. */
  says: string;
  /** The journey to watch. */
  journey?: string;
}

/** A hop that was denied or failed, with the reason. */
export interface Fault {
  /** Epoch milliseconds. */
  time: number;
  decision: "denied" | "failed";
  from: string;
  to: string;
  kind: string;
  /** A sentence; for a denied call with the statement that is missing. */
  detail: string;
  edges: readonly string[];
  node?: string;
}

/** What moved on the map within a moment. */
export interface Traffic {
  /** Hops along each edge, by its id. */
  edges: Record<string, number>;
  /** Hops that reached each node, by its id. */
  nodes: Record<string, number>;
  faults: Fault[];
}

/** What a program may do with the stack that runs in this process. */
export interface ConsoleContext {
  awsEndpoint: string;
  /** Makes every call of a role on a resource fail for some time. */
  beginOutage(resourceArn: string, ms: number, why: string): void;
}

/** Loads what a program adds to the page. */
export type LoadConsole = (context: ConsoleContext) => Promise<ConsoleProgram>;
