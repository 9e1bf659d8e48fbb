import type { Kernel } from "../../kernel/kernel.ts";
import { parseJson } from "../../kernel/nesting.ts";
import type { ServiceError } from "../../kernel/service-error.ts";
import type { Collection } from "../../store/collection.ts";
import type { Message } from "./message.ts";
import type { Queue } from "./queue.ts";
import { invalidParameter, notFound } from "./sqs-error.ts";

interface MoveTask {
  handle: string;
  /** ARN of the queue that messages are moved out of. */
  source: string;
  /** ARN of the queue that they go to; without it, each goes to where it came from. */
  destination?: string;
  status: "RUNNING" | "COMPLETED" | "CANCELLED" | "FAILED";
  /** Why it failed, as the code of an error. */
  failure?: string;
  startedAt: number;
  moved: number;
  toMove: number;
  /** As it was requested; SQS chooses a rate if there is none. */
  perSecond?: number;
}

/** Finds a queue by its ARN. */
type FindQueue = (arn: string) => Queue | undefined;

const DEFAULT_PER_SECOND = 500;
const TICK_MS = 1000;
// SQS lists no more of a queue than its ten most recent tasks.
const MAX_PER_QUEUE = 10;

/** Moves dead letters back to their source queues, as StartMessageMoveTask does. A task continues after a restart. */
export class MoveTasks {
  readonly #kernel: Kernel;
  readonly #find: FindQueue;
  readonly #tasks: Collection<number, MoveTask>;

  constructor(kernel: Kernel, find: FindQueue) {
    this.#kernel = kernel;
    this.#find = find;
    this.#tasks = kernel.store.collection("sqs_move_tasks", "number");
  }

  /** Resumes the tasks of an earlier run, once all queues exist. */
  resume(): void {
    for (const [number, task] of this.#tasks.entries()) {
      if (task.status === "RUNNING") this.#tickLater(number, task);
    }
  }

  start(source: Queue, destination: Queue | undefined, perSecond: number | undefined): string {
    const known = [...this.#tasks.entries()].filter(([, task]) => task.source === source.arn);
    if (known.some(([, { status }]) => status === "RUNNING")) {
      throw invalidParameter(
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
      );
    }
    for (const [number] of known.slice(0, 1 - MAX_PER_QUEUE)) this.#tasks.delete(number);
    const id = { taskId: this.#kernel.newId(), sourceArn: source.arn };
    const task: MoveTask = {
      handle: Buffer.from(JSON.stringify(id)).toString("base64"),
      source: source.arn,
      ...(destination && { destination: destination.arn }),
      status: "RUNNING",
      startedAt: this.#kernel.clock.now(),
      moved: 0,
      toMove: source.counts().visible,
      ...(perSecond !== undefined && { perSecond }),
    };
    this.#tick(this.#tasks.nextNumber(), task);
    return task.handle;
  }

  cancel(handle: string): number {
    const found = [...this.#tasks.entries()].find(
      ([, task]) => task.handle === handle && task.status === "RUNNING",
    );
    if (!found) throw this.#noTask(handle);
    const [number, task] = found;
    task.status = "CANCELLED";
    this.#tasks.put(number, task);
    return task.moved;
  }

  list(source: Queue, most: number): object[] {
    return [...this.#tasks.values()]
      .filter((task) => task.source === source.arn)
      .reverse()
      .slice(0, most)
      .map((task) => ({
        ...(task.status === "RUNNING" && { TaskHandle: task.handle }),
        Status: task.status,
        SourceArn: task.source,
        ...(task.destination && { DestinationArn: task.destination }),
        ...(task.perSecond && { MaxNumberOfMessagesPerSecond: task.perSecond }),
        ...(task.failure && { FailureReason: task.failure }),
        ApproximateNumberOfMessagesMoved: task.moved,
        ApproximateNumberOfMessagesToMove: task.toMove,
        StartedTimestamp: task.startedAt,
      }));
  }

  /** Moves what may be moved in a second; the messages and the task's count are stored together. */
  #tick(number: number, task: MoveTask): void {
    if (task.status !== "RUNNING") return;
    const source = this.#find(task.source);
    for (const message of source?.takeVisible(task.perSecond ?? DEFAULT_PER_SECOND) ?? []) {
      const target = task.failure
        ? undefined
        : this.#find(task.destination ?? message.sourceArn ?? "");
      if (target) {
        target.put(renewed(message, this.#kernel));
        task.moved++;
      } else {
        // It stays where it is, and so does the rest.
        source?.put(message);
        task.failure ??= task.destination
          ? "AWS.SimpleQueueService.NonExistentQueue"
          : "CouldNotDetermineMessageSource";
      }
    }
    if (task.failure) task.status = "FAILED";
    else if (!source || source.counts().visible === 0) task.status = "COMPLETED";
    else this.#tickLater(number, task);
    this.#tasks.put(number, task);
  }

  #tickLater(number: number, task: MoveTask): void {
    this.#kernel.clock.after(TICK_MS, () => this.#tick(number, task), "a move of messages");
  }

  #noTask(handle: string): ServiceError {
    const sourceArn = sourceIn(handle);
    if (sourceArn === undefined) {
      return invalidParameter("Value for parameter TaskHandle is invalid.");
    }
    return this.#find(sourceArn)
      ? notFound("Task does not exist.")
      : notFound("The resource that you specified for the SourceArn parameter doesn't exist.");
  }
}

/** The ARN in a task's handle; undefined if the handle is invalid. */
function sourceIn(handle: string): string | undefined {
  try {
    const { taskId, sourceArn } = parseJson(Buffer.from(handle, "base64").toString());
    return typeof taskId === "string" && typeof sourceArn === "string" ? sourceArn : undefined;
  } catch {
    return undefined;
  }
}

/** A message on its way back counts as new: its id, its age and its receives begin again. */
function renewed(message: Message, { newId, clock }: Kernel): Message {
  const {
    firstReceivedAt: _first,
    receiptHandle: _receipt,
    sourceArn: _source,
    buried: _buried,
    ...rest
  } = message;
  return { ...rest, id: newId(), sentAt: clock.now(), receiveCount: 0 };
}
