import { cpus } from "node:os";
import { readArguments } from "command-text";
import { Connection } from "./dynamodb/connection.ts";
import { startEngines } from "./dynamodb/engines.ts";
import { fill, OPERATIONS, type OperationName, requests, type Setting } from "./dynamodb/work.ts";
import { median } from "./median.ts";

readArguments({
  help: `DynamoDB as it runs here, side by side with other engines that run on one machine: one request after the other over
HTTP. In each round every engine does the same requests, so that what else the machine does meets all of them. All are
warm: a stack runs for hours. Engines that are not installed are named, and left out.

  npm run bench:dynamodb -- [--help]
`,
});

const SETTINGS: Setting[] = [
  { table: "small-few", items: 1_000, bytes: 100 },
  { table: "large-few", items: 1_000, bytes: 4_096 },
  { table: "small-many", items: 50_000, bytes: 100 },
  { table: "large-many", items: 10_000, bytes: 4_096 },
];
const WARM_UP = { table: "warm-up", items: 1_000, bytes: 1_000 };
const WARM_UP_ROUNDS = 15;
const ROUNDS = 9;
const REQUESTS = 200;

const engines = await startEngines();
try {
  console.log(`${cpus()[0]?.model}, Node.js ${process.version}; median µs of a request\n`);
  const connections = await Promise.all(engines.map(({ port }) => Connection.open(port)));
  await Promise.all(connections.map((connection) => fill(connection, WARM_UP)));
  for (const operation of OPERATIONS) {
    await measure(connections, WARM_UP, operation, WARM_UP_ROUNDS);
  }
  const head = ["operation", "items", "bytes", ...engines.map(({ name }) => name)];
  console.log(`| ${head.join(" | ")} |\n|${head.map(() => "---|").join("")}`);
  for (const setting of SETTINGS) {
    await Promise.all(connections.map((connection) => fill(connection, setting)));
    for (const operation of OPERATIONS) {
      const times = await measure(connections, setting, operation);
      const [own = Number.NaN] = times;
      const cells = times.map((time, index) => cell(time, index === 0 ? undefined : time / own));
      console.log(`| ${[operation, setting.items, setting.bytes, ...cells].join(" | ")} |`);
    }
  }
  for (const connection of connections) connection.close();
} finally {
  for (const engine of engines) engine.stop();
}

function cell(time: number, ratio: number | undefined): string {
  if (Number.isNaN(time)) return "not served";
  return ratio === undefined ? time.toFixed(0) : `${time.toFixed(0)} (${ratio.toFixed(2)} ×)`;
}

/** The median time of a request at each engine, in microseconds; not a number where it does not serve the operation. */
async function measure(
  connections: Connection[],
  setting: Setting,
  operation: OperationName,
  rounds = ROUNDS,
): Promise<number[]> {
  const all = await Promise.all(
    connections.map(async (connection) => {
      const own = requests(connection, setting, operation, REQUESTS);
      const [first] = own;
      return first && (await connection.serves(first)) ? own : [];
    }),
  );
  const durations = connections.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, connection] of connections.entries()) {
      for (const request of all[index] ?? []) {
        const began = performance.now();
        await connection.send(request);
        // The first round warms up.
        if (round > 0) durations[index]?.push((performance.now() - began) * 1000);
      }
    }
  }
  return durations.map((times) => median(times));
}
