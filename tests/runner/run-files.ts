import { type FileResult, TestProcess } from "./test-process.ts";

const MAX_FILE_MS = 600_000;
// A process that has grown beyond this makes room for another.
const MAX_RSS = 1_500_000_000;

/** How test files are run. */
export interface RunOptions {
  /** Whether a file has a process of its own. @default none has */
  alone?: (file: string) => boolean;
  /** A file that runs longer is stopped, and fails. */
  maxFileMs?: number;
}

/**
 * Takes one test file after the other and runs it in a process that they share, or in one of its own. What a process
 * has left to do when one of them crashes is done in another.
 */
export async function runFiles(
  files: Iterable<string>,
  report: (result: FileResult) => void,
  { alone = () => false, maxFileMs = MAX_FILE_MS }: RunOptions = {},
): Promise<void> {
  let shared: TestProcess | undefined;
  const end = async (ended: TestProcess | undefined) => {
    const left = await ended?.end();
    if (left) report(left);
  };
  for (const file of files) {
    if (alone(file)) {
      const own = new TestProcess(maxFileMs);
      report(await own.run(file, true));
      await end(own);
      continue;
    }
    shared ??= new TestProcess(maxFileMs);
    report(await shared.run(file, false));
    if (shared.over || shared.rss > MAX_RSS) {
      await end(shared);
      shared = undefined;
    }
  }
  await end(shared);
}
