const refuse = (): never => {
  throw new Error("event streams are left out of this bundle: no operation may stream its events");
};

/** Stands in the configuration of clients that could stream, and refuses when one does. */
export const eventStreamSerdeProvider = (): { serialize(): never; deserialize(): never } => ({
  serialize: refuse,
  deserialize: refuse,
});

/** Refuses to read or write a stream of events. */
export class EventStreamSerde {
  serializeEventStream(): never {
    return refuse();
  }

  deserializeEventStream(): never {
    return refuse();
  }
}
