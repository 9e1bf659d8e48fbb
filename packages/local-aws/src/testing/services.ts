import { FrontDoor, type LocalPage } from "../endpoint/front-door.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { listenOnLoopback } from "../kernel/listen.ts";

/** Services one by one, in process, without a program. */
export { createKernel, type Kernel } from "../kernel/kernel.ts";
export { Mailbox } from "../kernel/mailbox.ts";
export { DynamoDb } from "../services/dynamodb/service.ts";
export type { StreamRecord } from "../services/dynamodb/streams/stream-log.ts";
export { Sns } from "../services/sns/service.ts";
export { DEFAULT_SETTINGS as DEFAULT_QUEUE_SETTINGS } from "../services/sqs/queue-settings.ts";
export { Sqs } from "../services/sqs/service.ts";

/** An AWS-shaped endpoint of services that a test has put together. */
export interface TestEndpoint {
  /** Base URL, for SDK clients. */
  readonly url: string;
  readonly port: number;
  /** Responds from now on with the services of the kernel, and `GET /_local/<name>` with these pages. */
  serve(kernel: Kernel, pages?: Readonly<Record<string, LocalPage>>): void;
  close(): Promise<void>;
}

/** Listens on a free port of this machine; requests wait until the endpoint serves. */
export async function openEndpoint(): Promise<TestEndpoint> {
  const server = await listenOnLoopback(0, "");
  const { port } = server;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    serve: (kernel, pages = {}) => {
      const door = new FrontDoor(kernel, pages);
      server.answerWith((request, response) => door.handle(request, response));
    },
    close: () => server.close(),
  };
}
