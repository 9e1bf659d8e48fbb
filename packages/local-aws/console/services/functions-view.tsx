import { useFacts, type ViewProps } from "../facts.ts";
import { figure } from "../parts/format.ts";
import { Empty, Heading, PickList, Problem, Status } from "../parts/page-parts.tsx";
import { usePolled } from "../poll.ts";
import { routeTo } from "../route.ts";
import { readCounts, readFunctions } from "./function-data.ts";
import { FunctionDetail } from "./function-detail.tsx";

const POLL_MS = 10_000;

/** The functions of the stack: how often they run and fail, their logs, and a way to invoke them. */
export function FunctionsView({ item }: ViewProps) {
  const { map } = useFacts();
  const nodes = map.nodes.filter(({ kind }) => kind === "function");
  const { value, error } = usePolled(
    "functions",
    async () => {
      const functions = await readFunctions(new Set(nodes.map(({ name }) => name)));
      return { functions, counts: await readCounts(functions.map((one) => one.FunctionName)) };
    },
    POLL_MS,
  );
  const { functions = [], counts } = value ?? {};
  const chosen = functions.find(({ FunctionName }) => FunctionName === item);
  return (
    <>
      <Heading title="Functions" note="Invocations and errors of the last 15 minutes" />
      <Problem text={error} />
      <div class="two">
        <div class="panel">
          <PickList
            label="Functions"
            items={functions}
            keyOf={({ FunctionName }) => FunctionName}
            selected={item}
            href={({ FunctionName }) => routeTo("functions", FunctionName)}
            row={({ FunctionName }) => {
              const count = counts?.get(FunctionName);
              const node = nodes.find(({ name }) => name === FunctionName);
              return (
                <>
                  <span class="grow">
                    {node?.label ?? FunctionName}
                    <span class="under">{node?.group}</span>
                  </span>
                  <Spark values={count?.spark ?? []} />
                  <span class="num">{figure(count?.invocations ?? 0)}</span>
                  {(count?.errors ?? 0) > 0 && <Status tone="bad">{count?.errors}</Status>}
                </>
              );
            }}
          />
        </div>
        <div class="panel">
          {chosen ? (
            <FunctionDetail
              key={chosen.FunctionName}
              facts={chosen}
              node={nodes.find(({ name }) => name === item)}
            />
          ) : (
            <Empty>Pick a function.</Empty>
          )}
        </div>
      </div>
    </>
  );
}

function Spark({ values }: { values: readonly number[] }) {
  const top = Math.max(1, ...values);
  const step = 64 / Math.max(1, values.length - 1);
  const path = values.map((value, index) => `${index * step} ${17 - (value / top) * 16}`);
  return (
    <svg class="spark" viewBox="0 0 64 18" aria-hidden="true">
      {values.some((value) => value > 0) && <path d={`M${path.join("L")}`} />}
    </svg>
  );
}
