import type { DataReport } from "local-aws/data";

/** The report of a data folder for people: a line for each kind of state, then what is wrong. */
export function dataReport(folder: string, { bytes, kinds, problems }: DataReport): string {
  const width = Math.max(0, ...kinds.map(({ kind }) => kind.length));
  return [
    `${folder}: ${megabytes(bytes)}`,
    ...kinds.map(
      (one) =>
        `  ${one.kind.padEnd(width)}  ${String(one.rows).padStart(9)} rows  ${megabytes(one.bytes).padStart(10)}`,
    ),
    ...(problems.length === 0
      ? ["it holds together"]
      : problems.map((problem) => `PROBLEM  ${problem}`)),
  ].join("\n");
}

/** Bytes in megabytes, with one digit after the point. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
