import { hash } from "node:crypto";
import type { Collection } from "../../store/collection.ts";
import type { Store } from "../../store/store.ts";
import type { StateMachine } from "./state-machine.ts";

/** Machines as they were when executions started, which keep to them however the program changes. */
export class MachineArchive {
  readonly #machines: Collection<string, StateMachine>;
  readonly #keys = new WeakMap<StateMachine, string>();

  constructor(store: Store) {
    this.#machines = store.collection("states_machines");
  }

  /** What a machine is kept under. */
  keyOf(machine: StateMachine): string {
    const known = this.#keys.get(machine);
    if (known) return known;
    const { createdAt: _createdAt, definition: _definition, ...rest } = machine;
    const key = hash("sha1", JSON.stringify(rest));
    if (!this.#machines.get(key)) this.#machines.put(key, machine);
    this.#keys.set(machine, key);
    return key;
  }

  /** @throws Error naming the key, when no machine is kept under it. */
  get(key: string): StateMachine {
    const machine = this.#machines.get(key);
    if (machine) return machine;
    throw new Error(`no state machine is kept under ${key}; npm run data -- check says more`);
  }
}
