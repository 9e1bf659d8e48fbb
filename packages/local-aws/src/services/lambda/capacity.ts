import { availableParallelism, cpus, totalmem } from "node:os";

/** How many functions may run at the same time. */
export interface Capacity {
  /** Invocations that no client waits for: of queues, streams, state machines and asynchronous events. */
  background: number;
  /** Invocations that a client waits for, in addition. */
  calls: number;
  /** Processes that start at the same time. As long as fewer run or start, starting does not slow down those that run. */
  starts: number;
  /** Processes, without those that have been busy with one event for so long that they seem to wait for something. */
  processes: number;
  /** Processes, all of them. */
  allProcesses: number;
  /** How many more of each while cores are idle: then what runs waits for something else than them. */
  extra: number;
  /** The share of the cores, of 1, that was idle since the last call. */
  idleShare(): number;
}

// A function with an SDK client, after some hundred events.
const PROCESS_BYTES = 72 * 1024 * 1024;

/** What suits a machine: above it, more concurrency only makes each invocation slower. */
export function machineCapacity(
  cores: number = availableParallelism(),
  memoryBytes: number = availableMemory(),
): Capacity {
  const inMemory = (share: number) =>
    Math.max(4, Math.floor((memoryBytes * share) / PROCESS_BYTES));
  return {
    background: 2 * cores,
    calls: 4 * cores,
    starts: cores,
    processes: Math.min(8 * cores, inMemory(1 / 8)),
    allProcesses: inMemory(1 / 2),
    extra: 16 * cores,
    idleShare: idleShareOfCores(),
  };
}

function idleShareOfCores(): () => number {
  let idle = 0;
  let all = 0;
  return () => {
    const before = { idle, all };
    idle = 0;
    all = 0;
    for (const { times } of cpus()) {
      idle += times.idle;
      all += times.user + times.nice + times.sys + times.irq + times.idle;
    }
    return all > before.all ? (idle - before.idle) / (all - before.all) : 0;
  };
}

/** The machine's memory, or what a container leaves of it. */
function availableMemory(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
