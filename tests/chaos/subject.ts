const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const ANY = new RegExp(UUID);
// Within an event, ids of messages come first.
const ORDER = new RegExp(`orderId[^0-9a-f]{1,40}(${UUID})`);

/** The order that a call or an event is about, or what else has an id in it; `-` where nothing has. */
export function subjectIn(text: string): string {
  return ORDER.exec(text)?.[1] ?? ANY.exec(text)?.[0] ?? "-";
}
