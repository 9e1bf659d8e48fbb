/** Lines by which a process of several test files tells which one it runs. */
export const START = "\u0001start ";
export const END = "\u0001end ";
