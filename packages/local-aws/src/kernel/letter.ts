/** An e-mail or text message that AWS would have sent. */
export interface Letter {
  /** The sender's idempotency key, where it has one: a second letter with the same key is dropped. */
  id?: string;
  kind: "email" | "sms";
  /** E-mail address or phone number. */
  to: string;
  subject: string;
  body: string;
  /** ARN of the topic that it comes from; empty where a function wrote it itself. */
  topic: string;
  /** ISO 8601. */
  time: string;
}
