import type { Bar } from "../../src/console/contract.ts";
import { aws } from "../calls.ts";
import { useFacts } from "../facts.ts";
import { clockTime, duration } from "../parts/format.ts";
import { Icon } from "../parts/icon.tsx";
import { LogLines } from "../parts/log-lines.tsx";
import { Code, DoButton } from "../parts/page-parts.tsx";

/** What is known of a hop: when it waited and worked, its input, output, error and log lines. */
export function BarDetail({ bar, close }: { bar: Bar; close(): void }) {
  const { writable } = useFacts();
  const { functionName, input } = bar;
  return (
    <section class="bar-detail" aria-label={`About ${bar.label}`}>
      <header>
        <h3>{bar.label}</h3>
        {writable && functionName && input !== undefined && (
          <DoButton
            label="Invoke again"
            title={`Invokes ${functionName} with this input`}
            run={async () => {
              const answer = await aws<{ FunctionError?: string; Payload?: string }>(
                "lambda",
                "Invoke",
                { FunctionName: functionName, Payload: input },
              );
              const said = answer.Payload || "nothing";
              if (answer.FunctionError) throw new Error(said);
              return `answered ${said.slice(0, 120)}`;
            }}
          />
        )}
        <button type="button" class="quiet" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <dl>
        <dt>what</dt>
        <dd>{bar.what}</dd>
        <dt>where</dt>
        <dd>
          {bar.where}
          {functionName && (
            <>
              {" "}
              <a href={`#/functions/${functionName}`}>{functionName}</a>
            </>
          )}
        </dd>
        <dt>began</dt>
        <dd>{clockTime(bar.from)}</dd>
        {bar.from - bar.waitingFrom >= 1 && (
          <>
            <dt>waited</dt>
            <dd>{duration(bar.from - bar.waitingFrom)}</dd>
          </>
        )}
        <dt>worked</dt>
        <dd>{bar.to === undefined ? "goes on" : duration(bar.to - bar.from)}</dd>
      </dl>
      {bar.error && <p class="problem">{bar.error}</p>}
      <div class="in-out">
        {bar.input !== undefined && (
          <figure>
            <figcaption>Input</figcaption>
            <Code text={bar.input} label="Input" />
          </figure>
        )}
        {bar.output !== undefined && (
          <figure>
            <figcaption>Output</figcaption>
            <Code text={bar.output} label="Output" />
          </figure>
        )}
      </div>
      {bar.lines.length > 0 && (
        <LogLines lines={bar.lines.map(({ at, text }) => ({ timestamp: at, message: text }))} />
      )}
    </section>
  );
}
