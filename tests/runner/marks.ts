/** Lines by which a process of several test files tells which one it runs. */
export const START = "\u0001start ";
export const END = "\u0001end ";

/** What a process that runs test files is told. */
export interface TestOrder {
  file?: string;
  /** Whether nothing follows. */
  last: boolean;
}
