import { type BatchWords, entriesOf, runBatch } from "../../grammar/batch-entries.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { CallContext, Operation } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { checkMessage, md5OfBody, sizeOf } from "./message.ts";
import {
  checkSystemAttributes,
  type MessageAttributes,
  md5OfAttributes,
} from "./message-attributes.ts";
import type { Queue } from "./queue.ts";
import type { QueueRegistry } from "./queue-registry.ts";
import { wholeNumber } from "./queue-settings.ts";
import { describeReceived } from "./received-message.ts";
import { invalidParameter } from "./sqs-error.ts";

type Input = Record<string, unknown>;

const MAX_BATCH_BYTES = 1_048_576;

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
        run: (input, context) => {
          const queue = this.#queues.at(input);
          return this.#send(queue, input, context, "One or more parameters are invalid.");
        },
      },
      SendMessageBatch: {
        needs: on("SendMessage"),
        run: (input, context) => {
          const queue = this.#queues.at(input);
          const batch = entriesOf(input["Entries"], batchWords("SendMessage"));
          checkBatchSize(batch);
          return runBatch(batch, (entry) =>
            this.#send(queue, entry, context, "One or more parameters cannot be validated."),
          );
        },
      },
      ReceiveMessage: {
        needs: on("ReceiveMessage"),
        run: (input, { background }) => this.#receive(input, background),
      },
      DeleteMessage: {
        needs: on("DeleteMessage"),
        run: (input) => this.#queues.at(input).delete(String(input["ReceiptHandle"])),
      },
      DeleteMessageBatch: {
        needs: on("DeleteMessage"),
        run: (input) => {
          const queue = this.#queues.at(input);
          return runBatch(
            entriesOf(input["Entries"], batchWords("DeleteMessage")),
            ({ ReceiptHandle }) => {
              queue.delete(String(ReceiptHandle));
              return {};
            },
          );
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
          const batch = entriesOf(input["Entries"], batchWords("ChangeMessageVisibility"));
          return runBatch(batch, (entry) => {
            changeVisibility(queue, entry);
            return {};
          });
        },
      },
    };
  }

  #send(
    queue: Queue,
    input: Input,
    { caller, traceHeader: sent }: CallContext,
    tooLong: string,
  ): object {
    const { MessageBody, DelaySeconds, MessageAttributes: given, MessageSystemAttributes } = input;
    const attributes = (given ?? {}) as MessageAttributes;
    const system = (MessageSystemAttributes ?? {}) as MessageAttributes;
    const bytes = checkMessage(MessageBody, attributes);
    checkSystemAttributes(system);
    const { maximumMessageBytes } = queue.settings;
    if (bytes > maximumMessageBytes) {
      throw invalidParameter(
        `${tooLong} Reason: Message must be shorter than ${maximumMessageBytes} bytes.`,
      );
    }
    if (input["MessageDeduplicationId"] !== undefined) {
      throw invalidParameter(
        "The request includes a parameter that is not valid for this queue type.",
      );
    }
    const { MessageGroupId: groupId } = input;
    if (groupId !== undefined && !/^[!-~]{1,128}$/.test(String(groupId))) {
      throw invalidParameter(
        `Value ${groupId} for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
      );
    }
    const delay =
      DelaySeconds === undefined
        ? undefined
        : wholeNumber(
            "DelaySeconds",
            DelaySeconds,
            0,
            900,
            "DelaySeconds must be >= 0 and <= 900.",
          );
    const body = String(MessageBody);
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
    const systemMd5 = md5OfAttributes(system);
    return {
      MessageId: id,
      MD5OfMessageBody: md5OfBody(body),
      ...(md5 && { MD5OfMessageAttributes: md5 }),
      ...(systemMd5 && { MD5OfMessageSystemAttributes: systemMd5 }),
    };
  }

  async #receive(input: Input, isOurs = false): Promise<object> {
    const queue = this.#queues.at(input);
    const { settings } = queue;
    const { MaxNumberOfMessages = 1, VisibilityTimeout, WaitTimeSeconds } = input;
    const request = {
      maxMessages: wholeNumber("MaxNumberOfMessages", MaxNumberOfMessages, 1, 10),
      visibilitySeconds: wholeNumber(
        "VisibilityTimeout",
        VisibilityTimeout ?? settings.visibilityTimeoutSeconds,
        0,
        43_200,
      ),
      isOurs,
    };
    const waitSeconds = wholeNumber(
      "WaitTimeSeconds",
      WaitTimeSeconds ?? settings.waitSeconds,
      0,
      20,
      "Must be >= 0 and <= 20, if provided.",
    );
    const received = await queue.receive(request, waitSeconds);
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

/** SQS's wording for a batch that is refused as a whole. */
function batchWords(action: string): BatchWords {
  return {
    empty: `There should be at least one ${action}BatchRequestEntry in the request.`,
    tooMany: (count) => `Maximum number of entries per request are 10. You have sent ${count}.`,
    invalidId: () =>
      "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
    repeated: (id) => `Id ${id} repeated.`,
  };
}

/** A batch as a whole may be as large as one message. */
function checkBatchSize(entries: readonly Input[]): void {
  const bytes = entries.reduce(
    (sum, { MessageBody, MessageAttributes }) =>
      sum + sizeOf(String(MessageBody ?? ""), (MessageAttributes ?? {}) as MessageAttributes),
    0,
  );
  if (bytes <= MAX_BATCH_BYTES) return;
  throw new ServiceError(
    "BatchRequestTooLong",
    `Batch requests cannot be longer than ${MAX_BATCH_BYTES} bytes. You have sent ${bytes} bytes.`,
  );
}
