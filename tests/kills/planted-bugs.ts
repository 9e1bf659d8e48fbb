/** A change of the runtime that kills have to find. */
export interface PlantedBug {
  name: string;
  /** What is replaced by what, each once, by path from the project's root. */
  changes: readonly { file: string; from: string; to: string }[];
}

const SRC = "packages/local-aws/src";
const STORE = `${SRC}/store/store.ts`;

/** Each loses something when its process is killed, and nothing as long as it is not. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: "answers before it commits",
    changes: [
      {
        file: STORE,
        from: "if (!this.#sync) return undefined;",
        to: "return undefined;",
      },
      {
        file: STORE,
        from: "setImmediate(() => this.#commitGroup());",
        to: "setTimeout(() => this.#commitGroup(), 200);",
      },
    ],
  },
  {
    name: "a stream's position moves before its batch is delivered",
    changes: [
      {
        file: `${SRC}/streams/lane.ts`,
        from: "const result = await this.#deliver(fresh.records);",
        to: "progress.done(fresh.records); const result = await this.#deliver(fresh.records);",
      },
    ],
  },
  {
    name: "a stream is read from its end after a start",
    changes: [
      {
        file: `${SRC}/streams/shard-reader.ts`,
        from: "if (kept) {",
        to: 'if (kept) position = "LATEST"; if (false) {',
      },
    ],
  },
  {
    name: "a message is deleted before its function has succeeded",
    changes: [
      {
        file: `${SRC}/services/event-sources/queue-source.ts`,
        from: "let done = batch.filter((message) => !wanted.includes(message));",
        to: "let done: ReceivedMessage[] = []; await this.#delete(batch);",
      },
    ],
  },
  {
    name: "an Express execution is not kept",
    changes: [
      {
        file: `${SRC}/services/step-functions/express-executions.ts`,
        from: "this.#kept.put(number, { arn, name, machine: machines.keyOf(machine), input });",
        to: "machines.keyOf(machine);",
      },
    ],
  },
  {
    name: "a Standard execution that waits for a timer is not kept",
    changes: [
      {
        file: `${SRC}/services/step-functions/executions.ts`,
        from: "if (kept) this.#kept.put(live.record.order, kept);",
        to: `const { until } = live.running.place.visit ?? {};
          if (kept && until !== undefined) this.#kept.delete(live.record.order);
          else if (kept) this.#kept.put(live.record.order, kept);`,
      },
    ],
  },
  {
    name: "an asynchronous event of a function is not kept",
    changes: [
      {
        file: `${SRC}/services/lambda/async-invoker.ts`,
        from: "this.#kept.put(key, kept);",
        to: "",
      },
    ],
  },
];
