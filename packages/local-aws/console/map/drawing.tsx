import { useEffect, useMemo, useRef } from "preact/hooks";
import type { MapNode, SystemMap } from "../../src/console/map/system-map.ts";
import { useTraffic } from "../live.ts";
import { iconPath } from "../parts/icon.tsx";
import { routeTo } from "../route.ts";
import type { KnownFault } from "./faults.ts";
import type { Box, MapLayout } from "./layout.ts";
import { Particles } from "./particles.ts";
import { pathOf, placesAlong } from "./path.ts";
import type { Transform } from "./zoom-pane.tsx";

interface DrawingProps {
  map: SystemMap;
  layout: MapLayout;
  transform: Transform & { paneWidth: number; paneHeight: number };
  selected: string;
  faults: readonly KnownFault[];
  alarms: ReadonlyMap<string, string[]>;
  waiting: ReadonlyMap<string, number>;
}

// How long something that moved stays lit.
const LIT_MS = 700;
const PLACES = 48;
const CLOSE_FROM = 14;
const MAX_LETTERS = 22;

/** The map's lines and boxes, with what moves along them. */
export function Drawing({ map, layout, transform, selected, ...marks }: DrawingProps) {
  const root = useRef<SVGSVGElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { x, y, scale, paneWidth, paneHeight } = transform;
  const particles = useMemo(() => {
    const ways = new Map(
      [...layout.edges].map(([id, points]) => [id, placesAlong(points, PLACES)] as const),
    );
    return new Particles(ways);
  }, [layout]);
  useEffect(() => {
    return canvas.current ? particles.drawOn(canvas.current) : undefined;
  }, [particles]);
  particles.place({ x, y, scale, width: paneWidth, height: paneHeight });
  const lit = useLit(root);
  useTraffic(({ edges, nodes }) => {
    lit([...Object.keys(edges), ...Object.keys(nodes)]);
    for (const [edge, count] of Object.entries(edges)) particles.send(edge, count);
  });
  const failing = new Set(marks.faults.flatMap(({ edges, node }) => [...edges, node ?? ""]));
  return (
    <>
      <svg ref={root} class="map" width={paneWidth} height={paneHeight} role="presentation">
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 6 6"
            refX="5.5"
            refY="3"
            markerWidth="5"
            markerHeight="5"
            orient="auto"
          >
            <path d="M0 0 6 3 0 6z" />
          </marker>
        </defs>
        <g transform={`translate(${x} ${y}) scale(${scale})`}>
          {layout.groups.map((group) => (
            <Group key={group.name} group={group} />
          ))}
          {map.edges.map(({ id, from, to, kind }) => {
            const touches = from === selected || to === selected;
            const state = `${failing.has(id) ? " failing" : ""}${touches ? " touched" : ""}`;
            const inner = groupOf(map, from) === groupOf(map, to) ? "" : " across";
            return (
              <path
                key={id}
                data-id={id}
                class={`edge ${kind}${inner}${state}`}
                d={pathOf(layout.edges.get(id) ?? [])}
                marker-end="url(#arrow)"
              />
            );
          })}
          {map.nodes.map((node) => {
            const box = layout.nodes.get(node.id);
            return (
              box && (
                <Node
                  key={node.id}
                  node={node}
                  box={box}
                  isSelected={node.id === selected}
                  isFailing={failing.has(node.id)}
                  alarms={marks.alarms.get(node.id)?.length ?? 0}
                  waiting={node.deadLetters.reduce(
                    (sum, queue) => sum + (marks.waiting.get(queue) ?? 0),
                    node.kind === "queue" ? (marks.waiting.get(node.name) ?? 0) : 0,
                  )}
                />
              )
            );
          })}
        </g>
      </svg>
      <canvas ref={canvas} class="particles" />
    </>
  );
}

const groupOf = (map: SystemMap, id: string) => map.nodes.find((node) => node.id === id)?.group;

function Group({ group }: { group: Box & { name: string } }) {
  return (
    <g class="group">
      <rect x={group.x} y={group.y} width={group.width} height={group.height} rx="8" />
      <text x={group.x + 12} y={group.y + 19}>
        {group.name || "other"}
      </text>
    </g>
  );
}

function Node(props: {
  node: MapNode;
  box: Box;
  isSelected: boolean;
  isFailing: boolean;
  alarms: number;
  waiting: number;
}) {
  const { node, box, isSelected, isFailing, alarms, waiting } = props;
  const { id, kind, label } = node;
  // A long name is set closer; one that is far too long is cut.
  const shown = label.length > MAX_LETTERS ? `${label.slice(0, MAX_LETTERS - 1)}…` : label;
  const says = [
    `${kind} ${label}`,
    ...(alarms > 0 ? [`${alarms} in alarm`] : []),
    ...(waiting > 0 ? [`${waiting} failed messages`] : []),
    ...(isFailing ? ["failing"] : []),
  ].join(", ");
  const state = `${isSelected ? " selected" : ""}${isFailing ? " failing" : ""}`;
  return (
    <a
      class={`node ${kind}${state}`}
      data-id={id}
      href={routeTo("map", isSelected ? "" : id)}
      aria-current={isSelected ? "true" : undefined}
    >
      <title>{says}</title>
      <g transform={`translate(${box.x} ${box.y})`}>
        <rect class="node-box" width={box.width} height={box.height} rx="5" />
        <g class="glyph" transform="translate(6 6.5) scale(0.8125)">
          <path d={iconPath(kind === "alarms" ? "alarms" : kind)} />
        </g>
        <text
          x="24"
          y={box.height / 2 + 3.8}
          {...(shown.length > CLOSE_FROM && {
            textLength: box.width - 30,
            lengthAdjust: "spacingAndGlyphs",
          })}
        >
          {shown}
        </text>
        {waiting > 0 && <Badge x={box.width - 4} text={String(waiting)} kind="waiting" />}
        {alarms > 0 && <Badge x={box.width - (waiting > 0 ? 26 : 4)} text="!" kind="alarm" />}
      </g>
    </a>
  );
}

function Badge({ x, text, kind }: { x: number; text: string; kind: string }) {
  const width = 9 + text.length * 6;
  return (
    <g class={`badge ${kind}`} transform={`translate(${x - width} -5)`}>
      <rect width={width} height="14" rx="7" />
      <text x={width / 2} y="10.5" text-anchor="middle">
        {text}
      </text>
    </g>
  );
}

/** Lights up what moved, for a moment, without drawing the map again. */
function useLit(root: { current: SVGSVGElement | null }): (ids: readonly string[]) => void {
  const elements = useRef<Map<string, Element> | undefined>(undefined);
  const until = useRef(new Map<Element, number>());
  useEffect(() => {
    const timer = setInterval(() => {
      const now = performance.now();
      for (const [element, end] of until.current) {
        if (end > now) continue;
        element.classList.remove("lit");
        until.current.delete(element);
      }
    }, LIT_MS / 3);
    return () => clearInterval(timer);
  }, []);
  return (ids) => {
    elements.current ??= new Map(
      [...(root.current?.querySelectorAll("[data-id]") ?? [])].map((element) => [
        element.getAttribute("data-id") ?? "",
        element,
      ]),
    );
    for (const id of ids) {
      const element = elements.current.get(id);
      if (!element) continue;
      if (!until.current.has(element)) element.classList.add("lit");
      until.current.set(element, performance.now() + LIT_MS);
    }
  };
}
