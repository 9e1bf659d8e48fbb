import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { orderInTurn } from "./durability/closed-loop.ts";
import { LoadedStack } from "./load/loaded-stack.ts";
import { percentile } from "./load/open-loop.ts";
import { median } from "./median.ts";
import { Progress } from "./progress.ts";

const { values } = parseArgs({
  options: {
    clients: { type: "string", default: "1,16,64" },
    seconds: { type: "string", default: "15" },
    rounds: { type: "string", default: "3" },
    folder: { type: "string", default: tmpdir() },
  },
});

const progress = new Progress();
progress.line(`${cpus().length} × ${cpus()[0]?.model}, Node.js ${process.version}`);
for (const clients of values.clients.split(",").map(Number)) {
  const ratios: number[] = [];
  for (let round = 1; round <= Number(values.rounds); round++) {
    const memory = await measure(clients, undefined);
    const folder = mkdtempSync(join(values.folder, "bench-data-"));
    const data = await measure(clients, folder);
    rmSync(folder, { recursive: true });
    ratios.push(data.perSecond / memory.perSecond);
    progress.line(
      `${clients} clients, round ${round}: memory ${described(memory)}; --data ${described(data)}; ratio ${ratios.at(-1)?.toFixed(2)}`,
    );
  }
  progress.line(`${clients} clients: ${median(ratios).toFixed(2)}`);
}

async function measure(clients: number, folder: string | undefined) {
  const stack = await LoadedStack.start(undefined, folder);
  try {
    const before = stack.cpuTime();
    const result = await orderInTurn(stack, clients, {
      warmUpSeconds: 4,
      seconds: Number(values.seconds),
    });
    const after = stack.cpuTime();
    const cpu = before && after ? (after.own - before.own) / stack.endedCount : Number.NaN;
    return { ...result, cpu };
  } finally {
    await stack.stop();
  }
}

function described({ perSecond, latencies, cpu }: Awaited<ReturnType<typeof measure>>): string {
  return `${perSecond.toFixed(1)}/s, p50 ${percentile(latencies, 0.5).toFixed(0)} ms, cpu ${cpu.toFixed(1)} ms`;
}
