import { useState } from "preact/hooks";
import type { Bar } from "../../src/console/contract.ts";
import { duration, plural } from "../parts/format.ts";
import { layOut, type Row, ticks } from "./waterfall.ts";

const percent = (part: number) => `${Math.round(part * 10_000) / 100}%`;

/** Every hop as a bar over time: waiting pale, working solid, what failed bold. */
export function WaterfallChart(props: {
  bars: readonly Bar[];
  picked: string;
  pick(key: string): void;
}) {
  const { bars, picked, pick } = props;
  const [unfolded, setUnfolded] = useState(false);
  const { rows, from, to } = layOut(bars, Date.now(), unfolded);
  const minor = bars.filter((bar) => bar.minor).length;
  return (
    <section class="waterfall" aria-label="Every hop, over time">
      <div class="waterfall-head">
        <div class="scale-label">
          <label class="check">
            <input
              type="checkbox"
              checked={unfolded}
              onChange={(event) => setUnfolded(event.currentTarget.checked)}
            />
            all {plural(minor, "notice")}
          </label>
        </div>
        <div class="scale" aria-hidden="true">
          {ticks(to - from).map((tick) => (
            <span key={tick} style={{ left: percent(tick / (to - from)) }}>
              {duration(tick)}
            </span>
          ))}
        </div>
      </div>
      <ul>
        {rows.map((row) =>
          row.kind === "folded" ? (
            <li key={row.key} class="folded">
              <button type="button" class="quiet" onClick={() => setUnfolded(true)}>
                {plural(row.bars.length, "notice")}
              </button>
            </li>
          ) : (
            <BarRow
              key={row.bar.key}
              row={row}
              began={from}
              isPicked={row.bar.key === picked}
              pick={pick}
            />
          ),
        )}
      </ul>
    </section>
  );
}

function BarRow(props: {
  row: Extract<Row, { kind: "bar" }>;
  began: number;
  isPicked: boolean;
  pick(key: string): void;
}) {
  const { row, began, isPicked, pick } = props;
  const { bar, left, wait, width } = row;
  const isPoint = bar.to === bar.from;
  const took = bar.to === undefined ? "goes on" : duration(bar.to - bar.from);
  const waited = bar.from - bar.waitingFrom;
  return (
    <li>
      <button
        type="button"
        class={`bar-row ${bar.tone}${isPicked ? " chosen" : ""}`}
        aria-pressed={isPicked}
        title={bar.what}
        onClick={() => pick(isPicked ? "" : bar.key)}
      >
        <span class="bar-label" style={{ paddingLeft: `${bar.depth * 14}px` }}>
          {bar.label}
          {isPoint && <em> {bar.what}</em>}
          <span class="hidden">
            {isPoint && `, at +${duration(bar.from - began)}`}
            {waited >= 1 && `, waited ${duration(waited)}`}
            {", "}
          </span>
        </span>
        <span class="bar-track">
          {waited >= 1 && (
            <i class="waiting" style={{ left: percent(left), width: percent(wait) }} />
          )}
          <i
            class={isPoint ? "point" : bar.to === undefined ? "work open" : "work"}
            style={{
              left: percent(left + wait),
              ...(!isPoint && { width: percent(width) }),
            }}
          />
          {!isPoint && (
            <small {...placed(left, left + wait + width)}>
              {took}
              {bar.error && ` · ${bar.error}`}
            </small>
          )}
        </span>
      </button>
    </li>
  );
}

/** What a bar took stands behind it, before it, or within it, wherever there is room. */
function placed(left: number, end: number): { class?: string; style: Record<string, string> } {
  if (end < 0.72) return { style: { left: percent(end) } };
  if (left > 0.25) return { style: { right: percent(1 - left) } };
  return { class: "within", style: { right: percent(Math.max(0, 1 - end)) } };
}
