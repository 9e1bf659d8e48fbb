/** Whether a destination with this ARN can be served: a queue, topic, event bus, or function. */
export function canBeDestination(arn: string): boolean {
  return /^arn:aws:(sqs|sns|events|lambda):/.test(arn);
}

/** Whether a dead-letter target with this ARN can be served: a queue or topic. */
export function canBeDeadLetterTarget(arn: string): boolean {
  return /^arn:aws:(sqs|sns):/.test(arn);
}
