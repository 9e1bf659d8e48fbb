import { useMemo } from "preact/hooks";
import { pathOf } from "../map/path.ts";
import { layoutStates } from "./state-machine.ts";

const WORDS: Record<string, string> = {
  good: "succeeded",
  bad: "failed",
  refused: "refused",
  pending: "goes on",
};

/** A state machine as a graph, its states coloured as they ran. */
export function StateGraph(props: {
  definition: string;
  states: ReadonlyMap<string, string>;
  pick?(state: string): void;
}) {
  const { definition, states, pick } = props;
  const {
    width,
    height,
    states: boxes,
    ways,
  } = useMemo(() => layoutStates(definition), [definition]);
  const ran = (name: string) => name === "Start" || states.has(name);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a drawing has no fieldset
    <svg
      class="graph"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      aria-label="State machine"
      role="group"
    >
      {ways.map(({ from, to, kind, points }) => (
        <path
          key={`${from}>${to}`}
          class={`way ${kind}${ran(from) && ran(to) ? " ran" : ""}`}
          d={pathOf(points)}
        />
      ))}
      {boxes.map(({ name, x, y, width: wide, height: high }) => {
        const tone = states.get(name);
        const isEnd = name === "Start" || name === "End";
        const says = `${name}${tone ? `, ${WORDS[tone] ?? tone}` : isEnd ? "" : ", did not run"}`;
        return (
          <g
            key={name}
            class={`state ${tone ?? ""}`}
            transform={`translate(${x} ${y})`}
            {...(pick && tone
              ? {
                  role: "button",
                  tabIndex: 0,
                  "aria-label": says,
                  onClick: () => pick(name),
                  onKeyDown: (event: KeyboardEvent) => {
                    if (event.key === "Enter" || event.key === " ") pick(name);
                  },
                }
              : { role: "img", "aria-label": says })}
          >
            <rect width={wide} height={high} rx={isEnd ? 14 : 5} />
            <text x={wide / 2} y={high / 2 + 4} text-anchor="middle">
              {name}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
