const SIX_HOURS = 6 * 60 * 60;

/** How pipes and functions read a table's stream. */
export const STREAM_READING = {
  // What is written while the reader is being created must not be missed.
  startingPosition: "TRIM_HORIZON",
  batchSize: 10,
  // One record that always fails must not block its shard for a day.
  maximumRetryAttempts: 100,
  maximumRecordAgeInSeconds: SIX_HOURS,
} as const;
