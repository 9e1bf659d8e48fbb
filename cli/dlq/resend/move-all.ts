import {
  ListMessageMoveTasksCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import type { DeadLetterQueue, SourceQueue } from "../dead-letter-queues.ts";

/** SQS's progress in moving messages; its own approximations. */
export interface Move {
  moved: number;
  toMove: number;
  /** Why it ended before all were moved. */
  failure?: string;
}

/** The callbacks of a move. */
export interface MoveWatch {
  onProgress(move: Move): void;
  /** Waits before SQS's progress is read again. */
  pause(): Promise<void>;
}

/** Makes SQS move all messages of a dead-letter queue back, and waits for the end. */
export async function moveAll(
  sqs: SQSClient,
  { arn: SourceArn }: DeadLetterQueue,
  // Named also where it is the only one: SQS does not know it of messages that a function put aside.
  { arn: DestinationArn }: SourceQueue,
  { onProgress, pause }: MoveWatch,
): Promise<Move> {
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
  for (;;) {
    const { Results = [] } = await sqs.send(
      new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 }),
    );
    const [task] = Results;
    const moved = task?.ApproximateNumberOfMessagesMoved ?? 0;
    const move = { moved, toMove: task?.ApproximateNumberOfMessagesToMove ?? moved };
    if (task?.Status === "COMPLETED") return move;
    if (task?.Status === "FAILED" || task?.Status === "CANCELLED") {
      return { ...move, failure: task.FailureReason ?? `the move was ${task.Status}` };
    }
    onProgress(move);
    await pause();
  }
}
