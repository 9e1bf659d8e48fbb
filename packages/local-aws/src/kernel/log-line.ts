/** One line that a function or a service logged. */
export interface LogLine {
  group: string;
  stream: string;
  message: string;
  /** Milliseconds since the epoch. */
  timestamp: number;
}
