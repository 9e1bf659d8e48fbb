/** One line of a log. */
export interface LogEvent {
  /** Milliseconds since the epoch. */
  timestamp: number;
  message: string;
  /** When it was stored. */
  ingestionTime: number;
  stream: string;
  /** Unique and increasing in a group. */
  id: number;
}
