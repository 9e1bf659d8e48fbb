import { runBatch } from "../../grammar/batch-entries.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { CallContext, Operation } from "../../kernel/service.ts";
import { checkMessage, type MessageAttributes, md5OfAttributes, md5OfBody } from "./message.ts";
import type { Queue, Received } from "./queue.ts";
import type { QueueRegistry } from "./queue-registry.ts";
import { wholeNumber } from "./queue-settings.ts";
import { describeReceived } from "./received-message.ts";
import { invalidParameter } from "./sqs-error.ts";

type Input = Record<string, unknown>;

/** The operations on messages. */
export class MessageOperations {
  readonly #kernel: Kernel;
  readonly #queues: QueueRegistry;

  constructor(kernel: Kernel, queues: QueueRegistry) {
    this.#kernel = kernel;
    this.#queues = queues;
  }

  all(): Record<string, Operation> {
    const on = (action: string) => this.#queues.need(action);
    return {
      SendMessage: {
        needs: on("SendMessage"),
        run: (input, context) => this.#send(this.#queues.at(input), input, context),
      },
      SendMessageBatch: {
        needs: on("SendMessage"),
        run: (input, context) => {
          const queue = this.#queues.at(input);
          return runBatch(input["Entries"], (entry) => this.#send(queue, entry, context));
        },
      },
      ReceiveMessage: { needs: on("ReceiveMessage"), run: (input) => this.#receive(input) },
      DeleteMessage: {
        needs: on("DeleteMessage"),
        run: (input) => this.#queues.at(input).delete(String(input["ReceiptHandle"])),
      },
      DeleteMessageBatch: {
        needs: on("DeleteMessage"),
        run: (input) => {
          const queue = this.#queues.at(input);
          return runBatch(input["Entries"], ({ ReceiptHandle }) => {
            queue.delete(String(ReceiptHandle));
            return {};
          });
        },
      },
      ChangeMessageVisibility: {
        needs: on("ChangeMessageVisibility"),
        run: (input) => changeVisibility(this.#queues.at(input), input),
      },
      ChangeMessageVisibilityBatch: {
        needs: on("ChangeMessageVisibility"),
        run: (input) => {
          const queue = this.#queues.at(input);
          return runBatch(input["Entries"], (entry) => {
            changeVisibility(queue, entry);
            return {};
          });
        },
      },
    };
  }

  #send(queue: Queue, input: Input, { caller, traceHeader: sent }: CallContext): object {
    const { MessageBody, DelaySeconds, MessageAttributes: given, MessageSystemAttributes } = input;
    const attributes = (given ?? {}) as MessageAttributes;
    const bytes = checkMessage(MessageBody, attributes, queue.settings.maximumMessageBytes);
    if (input["MessageDeduplicationId"] !== undefined) {
      throw invalidParameter(
        "The request includes a parameter that is not valid for this queue type.",
      );
    }
    const { MessageGroupId: groupId } = input;
    if (groupId !== undefined && !/^[!-~]{1,128}$/.test(String(groupId))) {
      throw invalidParameter(
        "MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.",
      );
    }
    const delay =
      DelaySeconds === undefined ? undefined : wholeNumber("DelaySeconds", DelaySeconds, 0, 900);
    const body = String(MessageBody);
    const system = (MessageSystemAttributes ?? {}) as MessageAttributes;
    const traceHeader = system["AWSTraceHeader"]?.StringValue ?? sent;
    const id = this.#kernel.newId();
    queue.send(
      {
        id,
        body,
        attributes,
        senderId: caller.kind === "role" ? `AROA:${caller.sessionName}` : this.#kernel.account,
        sentAt: this.#kernel.clock.now(),
        receiveCount: 0,
        ...(traceHeader && { traceHeader }),
        ...(groupId !== undefined && { groupId: String(groupId) }),
      },
      bytes,
      delay,
    );
    const md5 = md5OfAttributes(attributes);
    return {
      MessageId: id,
      MD5OfMessageBody: md5OfBody(body),
      ...(md5 && { MD5OfMessageAttributes: md5 }),
    };
  }

  async #receive(input: Input): Promise<object> {
    const queue = this.#queues.at(input);
    const { settings } = queue;
    const { MaxNumberOfMessages = 1, VisibilityTimeout, WaitTimeSeconds } = input;
    const received: Received[] = await queue.receive(
      wholeNumber("MaxNumberOfMessages", MaxNumberOfMessages, 1, 10),
      wholeNumber(
        "VisibilityTimeout",
        VisibilityTimeout ?? settings.visibilityTimeoutSeconds,
        0,
        43_200,
      ),
      wholeNumber("WaitTimeSeconds", WaitTimeSeconds ?? settings.waitSeconds, 0, 20),
    );
    const names = (key: string) => (input[key] ?? []) as string[];
    const wanted = {
      system: [...names("AttributeNames"), ...names("MessageSystemAttributeNames")],
      message: names("MessageAttributeNames"),
    };
    if (received.length === 0) return {};
    return { Messages: received.map((one) => describeReceived(one, wanted)) };
  }
}

function changeVisibility(queue: Queue, { ReceiptHandle, VisibilityTimeout }: Input): void {
  const seconds = wholeNumber("VisibilityTimeout", VisibilityTimeout, 0, 43_200);
  queue.changeVisibility(String(ReceiptHandle), seconds);
}
