/**
 * Where a thread of an execution is, so that another process can continue from there. What the history tells is told
 * by the ids of its events.
 */
export interface Place {
  /** The thread's latest event. */
  previous: number;
  /** The state that it is in; undefined before its first and after its last one. */
  visit?: VisitPlace | undefined;
  /** The event with its output, where it has ended. */
  exited?: number | undefined;
}

/** One visit to a state. */
export interface VisitPlace {
  state: string;
  /** The event of its entry, which has the input. */
  entered: number;
  /** Attempts that each of its retriers has used. */
  retries: readonly number[];
  /** When a pause ends, in milliseconds since the epoch: that before a retry, or that of a Wait state. */
  until?: number | undefined;
  task?: TaskPlace | undefined;
  group?: GroupPlace | undefined;
}

/** A task that is in progress; another process does its work again. */
export interface TaskPlace {
  /** The event that it was scheduled with, which has the payload. */
  scheduled: number;
  /** The token that it waits for. */
  token?: string | undefined;
  /** When the service took the task, where only its token is still waited for; milliseconds since the epoch. */
  submittedAt?: number | undefined;
}

/** The branches or iterations of a state, in their order; of a Map those that were started. */
export interface GroupPlace {
  started: number;
  threads: Place[];
}
