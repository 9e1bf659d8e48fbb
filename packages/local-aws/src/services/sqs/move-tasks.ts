import type { Kernel } from "../../kernel/kernel.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import type { Message } from "./message.ts";
import type { Queue } from "./queue.ts";

interface MoveTask {
  handle: string;
  source: Queue;
  destination: Queue | undefined;
  status: "RUNNING" | "COMPLETED" | "CANCELLED";
  startedAt: number;
  moved: number;
  toMove: number;
  perSecond: number;
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

  start(source: Queue, destination: Queue | undefined, perSecond = DEFAULT_PER_SECOND): string {
    if (this.#tasks.some((task) => task.source === source && task.status === "RUNNING")) {
      throw new ServiceError(
        "UnsupportedOperation",
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
      );
    }
    const task: MoveTask = {
      handle: Buffer.from(`${this.#kernel.newId()} ${source.name}`).toString("base64"),
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
    if (!task) throw new ServiceError("ResourceNotFoundException", "Task does not exist.");
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
        MaxNumberOfMessagesPerSecond: task.perSecond,
        ApproximateNumberOfMessagesMoved: task.moved,
        ApproximateNumberOfMessagesToMove: task.toMove,
        StartedTimestamp: task.startedAt,
      }));
  }

  #tick(task: MoveTask): void {
    if (task.status !== "RUNNING") return;
    for (const message of task.source.takeVisible(task.perSecond)) {
      const { sourceArn = "" } = message;
      const target = task.destination ?? this.#find(sourceArn);
      if (target) {
        target.put(renewed(message, this.#kernel));
        task.moved++;
      } else {
        task.source.put(message);
        task.status = "COMPLETED";
      }
    }
    if (task.source.counts().visible === 0) task.status = "COMPLETED";
    else this.#kernel.clock.after(TICK_MS, () => this.#tick(task), "a move of messages");
  }
}

/** A message on its way back counts as new: its id, its age and its receives begin again. */
function renewed(message: Message, { newId, clock }: Kernel): Message {
  const { firstReceivedAt: _first, sourceArn: _source, buried: _buried, ...rest } = message;
  return { ...rest, id: newId(), sentAt: clock.now(), receiveCount: 0 };
}
