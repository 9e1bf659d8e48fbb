import type { Kernel } from "../../kernel/kernel.ts";
import { parseJson } from "../../kernel/nesting.ts";
import type { ServiceError } from "../../kernel/service-error.ts";
import type { Message } from "./message.ts";
import type { Queue } from "./queue.ts";
import { invalidParameter, notFound } from "./sqs-error.ts";

interface MoveTask {
  handle: string;
  source: Queue;
  destination: Queue | undefined;
  status: "RUNNING" | "COMPLETED" | "CANCELLED" | "FAILED";
  /** Why it failed, as the code of an error. */
  failure?: string;
  startedAt: number;
  moved: number;
  toMove: number;
  /** As it was asked for; SQS chooses a rate where it was not. */
  perSecond: number | undefined;
}

/** Finds a queue by its ARN. */
type FindQueue = (arn: string) => Queue | undefined;

const DEFAULT_PER_SECOND = 500;
const TICK_MS = 1000;

/** Moves dead letters back to where they came from, as StartMessageMoveTask does. */
export class MoveTasks {
  readonly #kernel: Kernel;
  readonly #find: FindQueue;
  readonly #tasks: MoveTask[] = [];

  constructor(kernel: Kernel, find: FindQueue) {
    this.#kernel = kernel;
    this.#find = find;
  }

  start(source: Queue, destination: Queue | undefined, perSecond: number | undefined): string {
    if (this.#tasks.some((task) => task.source === source && task.status === "RUNNING")) {
      throw invalidParameter(
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
      );
    }
    const task: MoveTask = {
      handle: Buffer.from(
        JSON.stringify({ taskId: this.#kernel.newId(), sourceArn: source.arn }),
      ).toString("base64"),
      source,
      destination,
      status: "RUNNING",
      startedAt: this.#kernel.clock.now(),
      moved: 0,
      toMove: source.counts().visible,
      perSecond,
    };
    this.#tasks.unshift(task);
    this.#tick(task);
    return task.handle;
  }

  cancel(handle: string): number {
    const task = this.#tasks.find((it) => it.handle === handle && it.status === "RUNNING");
    if (!task) throw this.#noTask(handle);
    task.status = "CANCELLED";
    return task.moved;
  }

  list(source: Queue, most: number): object[] {
    return this.#tasks
      .filter((task) => task.source === source)
      .slice(0, most)
      .map((task) => ({
        ...(task.status === "RUNNING" && { TaskHandle: task.handle }),
        Status: task.status,
        SourceArn: task.source.arn,
        ...(task.destination && { DestinationArn: task.destination.arn }),
        ...(task.perSecond && { MaxNumberOfMessagesPerSecond: task.perSecond }),
        ...(task.failure && { FailureReason: task.failure }),
        ApproximateNumberOfMessagesMoved: task.moved,
        ApproximateNumberOfMessagesToMove: task.toMove,
        StartedTimestamp: task.startedAt,
      }));
  }

  #tick(task: MoveTask): void {
    if (task.status !== "RUNNING") return;
    for (const message of task.source.takeVisible(task.perSecond ?? DEFAULT_PER_SECOND)) {
      const target = task.failure
        ? undefined
        : this.#find(task.destination?.arn ?? message.sourceArn ?? "");
      if (target) {
        target.put(renewed(message, this.#kernel));
        task.moved++;
      } else {
        // It stays where it is, and so does the rest.
        task.source.put(message);
        task.failure ??= task.destination
          ? "AWS.SimpleQueueService.NonExistentQueue"
          : "CouldNotDetermineMessageSource";
      }
    }
    if (task.failure) task.status = "FAILED";
    else if (task.source.counts().visible === 0) task.status = "COMPLETED";
    else this.#kernel.clock.after(TICK_MS, () => this.#tick(task), "a move of messages");
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
