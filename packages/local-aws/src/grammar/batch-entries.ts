import { ServiceError } from "../kernel/service-error.ts";

type Input = Record<string, unknown>;

const MAX_ENTRIES = 10;

/** The errors with which a service refuses a batch as a whole. */
export interface BatchWords {
  empty: string;
  tooMany(count: number): string;
  invalidId(id: string): string;
  repeated(id: string): string;
}

/**
 * The entries of a batch.
 *
 * @throws ServiceError when the batch as a whole is refused.
 */
export function entriesOf(entries: unknown, words: BatchWords): Input[] {
  const list = Array.isArray(entries) ? (entries as Input[]) : [];
  if (list.length === 0) throw new ServiceError("EmptyBatchRequest", words.empty);
  if (list.length > MAX_ENTRIES) {
    throw new ServiceError("TooManyEntriesInBatchRequest", words.tooMany(list.length));
  }
  const ids = list.map(({ Id }) => String(Id ?? ""));
  const invalid = ids.find((id) => !/^[\w-]{1,80}$/.test(id));
  if (invalid !== undefined) {
    throw new ServiceError("InvalidBatchEntryId", words.invalidId(invalid));
  }
  const repeated = ids.find((id, index) => ids.indexOf(id) < index);
  if (repeated !== undefined) {
    throw new ServiceError("BatchEntryIdsNotDistinct", words.repeated(repeated));
  }
  return list;
}

/** Does a batch entry by entry; one that fails does not stop the others. */
export function runBatch(list: readonly Input[], run: (entry: Input) => object): object {
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of list) {
    try {
      Successful.push({ Id: entry["Id"], ...run(entry) });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const { code: Code, message: Message } = error;
      Failed.push({ Id: entry["Id"], SenderFault: true, Code, Message });
    }
  }
  return { Successful, ...(Failed.length > 0 && { Failed }) };
}
