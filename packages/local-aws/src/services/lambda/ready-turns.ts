import type { Turn } from "./turn.ts";

/** What a poller of a function holds before it fetches events: an environment that is reserved for them. */
export interface ReadyTurn {
  /** The invocation with this request id uses it. */
  readonly requestId: string;
  /** Releases it; does nothing once it has been used. */
  giveBack(): void;
}

/** Turns that wait for the invocations that they were taken for. */
export class ReadyTurns {
  readonly #turns = new Map<string, Turn>();

  /** Keeps a turn for the invocation with this request id. */
  hold(requestId: string, turn: Turn): ReadyTurn {
    this.#turns.set(requestId, turn);
    return { requestId, giveBack: () => this.take(requestId)?.end() };
  }

  /** The turn of an invocation; undefined where none was taken for it. */
  take(requestId: string): Turn | undefined {
    const turn = this.#turns.get(requestId);
    this.#turns.delete(requestId);
    return turn;
  }
}
