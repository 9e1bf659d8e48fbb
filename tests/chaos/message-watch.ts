/** Watches which messages environments are at work on, and notes those that two have at once. */
export class MessageWatch {
  /** Ids of messages that a second environment got while the first was still at work. */
  readonly overlaps: string[] = [];
  readonly #owners = new Map<string, object>();

  /** An environment begins with an event. */
  begin(environment: object, event: string): void {
    if (!event.includes('"eventSource":"aws:sqs"')) return;
    const { Records } = JSON.parse(event) as { Records: { messageId: string }[] };
    for (const { messageId } of Records) {
      if (this.#owners.has(messageId)) this.overlaps.push(messageId);
      this.#owners.set(messageId, environment);
    }
  }

  /** An environment has finished, or has ended. */
  end(environment: object): void {
    for (const [messageId, owner] of this.#owners) {
      if (owner === environment) this.#owners.delete(messageId);
    }
  }
}
