import {
  detailsOf,
  type HistoryEvent,
  type StateMachineDefinition,
} from "local-aws/testing/state-machine";

/** Which parts of a state machine executions have come through. */
export class MachineCoverage {
  readonly #definition: StateMachineDefinition;
  readonly #met = new Set<string>();
  readonly #all: readonly string[];

  constructor(definition: StateMachineDefinition) {
    this.#definition = definition;
    this.#all = partsOf(definition);
  }

  /** Counts one execution in. */
  add(events: readonly HistoryEvent[]): void {
    let state = "";
    let error: string | undefined;
    for (const event of events) {
      const details = detailsOf(event);
      if (event.type.endsWith("StateEntered")) {
        const next = String(details["name"]);
        if (state) this.#move(state, next, error);
        this.#met.add(`state ${next}`);
        state = next;
        error = undefined;
      } else if (event.type === "TaskFailed" || event.type === "TaskTimedOut") {
        error = String(details["error"]);
        this.#retry(state, error);
      } else if (event.type === "TaskSucceeded") error = undefined;
    }
  }

  /** Parts of this kind that were met, and how many there are. */
  count(kind: "state" | "way" | "retry" | "catch" | "error"): string {
    const of = this.#all.filter((part) => part.startsWith(`${kind} `));
    return `${of.filter((part) => this.#met.has(part)).length}/${of.length}`;
  }

  /** Parts that no execution came through. */
  get missing(): string[] {
    return this.#all.filter((part) => !this.#met.has(part));
  }

  #move(from: string, to: string, error: string | undefined): void {
    if (error === undefined) {
      this.#met.add(`way ${from} to ${to}`);
      return;
    }
    const place = this.#handlers(from, "Catch").findIndex(names(error));
    this.#met.add(`catch ${from} ${place} to ${to}`);
  }

  #retry(state: string, error: string): void {
    const retriers = this.#handlers(state, "Retry");
    const place = retriers.findIndex(names(error));
    if (place < 0) return;
    this.#met.add(`retry ${state} ${place}`);
    if (retriers[place]?.ErrorEquals.includes(error)) {
      this.#met.add(`error ${state} ${place} ${error}`);
    } else this.#met.add(`error ${state} ${place} States.ALL`);
  }

  #handlers(name: string, field: "Retry" | "Catch") {
    const state = this.#definition.States[name];
    return state?.Type === "Task" ? (state[field] ?? []) : [];
  }
}

const names =
  (error: string) =>
  ({ ErrorEquals }: { ErrorEquals: string[] }) =>
    ErrorEquals.includes(error) || ErrorEquals.includes("States.ALL");

function partsOf({ States }: StateMachineDefinition): string[] {
  return Object.entries(States).flatMap(([name, state]) => {
    const parts = [`state ${name}`];
    if (state.Type === "Choice") {
      const nexts = [...state.Choices.map(({ Next }) => Next), state.Default];
      parts.push(...nexts.map((next) => `way ${name} to ${next}`));
    }
    if (state.Type !== "Task") return parts;
    parts.push(`way ${name} to ${state.Next}`);
    for (const [place, { ErrorEquals }] of (state.Retry ?? []).entries()) {
      parts.push(`retry ${name} ${place}`);
      parts.push(...ErrorEquals.map((error) => `error ${name} ${place} ${error}`));
    }
    for (const [place, { Next }] of (state.Catch ?? []).entries()) {
      parts.push(`catch ${name} ${place} to ${Next}`);
    }
    return parts;
  });
}
