import type { IncomingMessage, ServerResponse } from "node:http";
import type { Kernel } from "../kernel/kernel.ts";
import type { Mailbox } from "../kernel/mailbox.ts";
import type { EmittedNamespace } from "../kernel/metrics/emitted-metric.ts";
import type { MetricSink } from "../kernel/metrics/namespace-recorder.ts";
import type { Service } from "../kernel/service.ts";
import type { RecordedResource } from "./recorded.ts";
import type { ResourceType } from "./resource-type.ts";

/**
 * A local AWS service: the one thing that a folder of `services/` exports. Importing a definition loads no engine, so
 * that the program can be evaluated with the resource types alone.
 */
export interface ServiceDefinition<Api = unknown> {
  /** The folder's name. */
  readonly name: string;
  /** What a program may declare of the service. */
  readonly resourceTypes: readonly ResourceType[];
  /** The metrics that AWS emits for the service, by namespace. */
  readonly emittedMetrics?: Readonly<Record<string, EmittedNamespace>>;
  /** Loads the engine. Without it, resources are accepted and nothing runs. */
  load?(): Promise<ServiceModule<Api>>;
}

/** What {@link ServiceDefinition.load} loads. */
export interface ServiceModule<Api> {
  /** Makes the service; it is empty until the program is provisioned. */
  start(context: ServiceContext): RunningService<Api>;
}

/** Functions that debuggers attach to. */
export interface Inspect {
  /** By name; no name stands for all of them. */
  readonly functions: readonly string[];
  /** Port of the first; each of the others has the next free one. @default 9229, where debuggers look */
  readonly firstPort?: number | undefined;
}

/** What a service is built from. */
export interface ServiceContext {
  readonly kernel: Kernel;
  /** Where e-mail and SMS end. */
  readonly mailbox: Mailbox;
  /** The AWS-shaped endpoint, e.g. `http://127.0.0.1:4566`. */
  readonly awsEndpoint: string;
  /** Folder of what a service can do without, and may find at the next start; nothing is kept without it. */
  readonly cacheDir?: string | undefined;
  /** Folder of the program; source maps lead to files in it. */
  readonly root?: string | undefined;
  /** Which functions debuggers attach to. @default none */
  readonly inspect?: Inspect | undefined;
  /**
   * A service that is earlier in the list.
   *
   * @throws Error naming the service when it is later in the list, or not in it.
   */
  use<Api>(service: ServiceDefinition<Api>): Api;
}

/** Creates one declared resource. @throws Error that starts with the resource's logical name. */
export type Provisioner = (resource: RecordedResource) => void | Promise<void>;

/** A service at work. */
export interface RunningService<Api> {
  /** What other services and tests call in process. */
  readonly api: Api;
  /** The operations that it serves at the AWS endpoint, and to other services through the dispatcher. */
  readonly endpoints?: readonly Service[];
  /** Creates declared resources by their type; the types' order is the order of creation. */
  readonly provision?: Readonly<Record<string, Provisioner>>;
  /** Completes the checks that need every resource of the program. @throws Error as a provisioner does. */
  provisioned?(): void | Promise<void>;
  /** Handles requests at the API port. */
  readonly requests?: ApiRequests;
  /** Emits the service's metrics; returns a function that stops it, timers included. */
  emitMetrics?(sink: MetricSink): () => void;
  /** Stops all timers and background work. */
  stop?(): void | Promise<void>;
}

/** The APIs of one gateway service, each below `/<apiId>`. */
export interface ApiRequests {
  /** Where there is something to call, e.g. `/shop/prod`. */
  addresses(): string[];
  /** Whether an API has this id, the first part of a request's path. */
  serves(apiId: string): boolean;
  /** Handles one request; never throws. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}
