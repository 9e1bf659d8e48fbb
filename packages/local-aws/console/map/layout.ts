import { layout as dagre, Graph } from "@dagrejs/dagre";
import type { MapEdge, MapNode, SystemMap } from "../../src/console/map/system-map.ts";
import { pack } from "./pack.ts";
import type { Point } from "./path.ts";

/** Where a node is: its upper left corner and its size. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A map that is laid out. */
export interface MapLayout {
  width: number;
  height: number;
  groups: (Box & { name: string })[];
  nodes: Map<string, Box>;
  /** The way of each edge, from border to border. */
  edges: Map<string, Point[]>;
}

const NODE_HEIGHT = 26;
const NODE_WIDTH = 126;
const RANK_GAP = 28;
const NODE_GAP = 8;
const PADDING = 12;
const TITLE = 20;
// So few stand one below the other: they fill a gap beside a wide group.
const MAX_COLUMN = 3;

/** Lays a map out: each group by itself in layers, then the groups in rows that fit into a page of this shape. */
export function layoutMap(map: SystemMap, page: { width: number; height: number }): MapLayout {
  const inner = map.groups.map((name) => layoutGroup(name, map));
  const links = map.edges.flatMap((edge) => {
    const from = inner.findIndex(({ nodes }) => nodes.has(edge.from));
    const to = inner.findIndex(({ nodes }) => nodes.has(edge.to));
    return from === to || edge.kind === "data" ? [] : [[from, to] as const];
  });
  const packed = pack(inner, links, page);
  const nodes = new Map<string, Box>();
  const edges = new Map<string, Point[]>();
  const groups = inner.map((group, index) => {
    const { x, y } = packed.places[index] ?? { x: 0, y: 0 };
    for (const [id, box] of group.nodes) nodes.set(id, { ...box, x: box.x + x, y: box.y + y });
    for (const [id, points] of group.edges) {
      edges.set(
        id,
        points.map((point) => ({ x: point.x + x, y: point.y + y })),
      );
    }
    return { name: group.name, x, y, width: group.width, height: group.height };
  });
  for (const { id, from, to } of map.edges) {
    const [start, end] = [nodes.get(from), nodes.get(to)];
    if (!edges.has(id) && start && end) edges.set(id, across(start, end));
  }
  return { width: packed.width, height: packed.height, groups, nodes, edges };
}

interface Inner {
  name: string;
  width: number;
  height: number;
  nodes: Map<string, Box>;
  edges: Map<string, Point[]>;
}

function layoutGroup(name: string, map: SystemMap): Inner {
  const members = map.nodes.filter(({ group }) => group === name);
  const ids = new Set(members.map(({ id }) => id));
  const inside = map.edges.filter(({ from, to }) => ids.has(from) && ids.has(to));
  const isColumn = members.length <= MAX_COLUMN;
  const graph = new Graph();
  graph.setGraph({
    rankdir: isColumn ? "TB" : "LR",
    ranksep: RANK_GAP,
    nodesep: NODE_GAP,
    marginx: PADDING,
    marginy: PADDING,
    ranker: "network-simplex",
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of inOrder(members, map.edges)) {
    graph.setNode(id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  }
  for (const { from, to, kind } of forward(inside)) {
    graph.setEdge(from, to, { weight: kind === "data" ? 1 : 3, minlen: 1 });
  }
  dagre(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const nodes = new Map<string, Box>();
  for (const id of graph.nodes()) {
    const { x, y, width: w, height: h } = graph.node(id) as Box;
    nodes.set(id, { x: x - w / 2, y: y - h / 2 + TITLE, width: w, height: h });
  }
  const edges = new Map<string, Point[]>();
  for (const { v, w } of graph.edges()) {
    const { points } = graph.edge(v, w) as { points: Point[] };
    const moved = points.map(({ x, y }) => ({ x, y: y + TITLE }));
    edges.set(`${v}>${w}`, isColumn ? moved : fromSideToSide(moved, nodes.get(v), nodes.get(w)));
  }
  return { name, width, height: height + TITLE, nodes, edges };
}

/** All ways leave a node at the middle of its right side, and arrive at the middle of the left one. */
function fromSideToSide(points: Point[], from: Box | undefined, to: Box | undefined): Point[] {
  if (!from || !to) return points;
  const start = { x: from.x + from.width, y: from.y + from.height / 2 };
  const end = { x: to.x, y: to.y + to.height / 2 };
  const between = points.slice(1, -1);
  // Between neighbours a curve reads best.
  return between.length <= 1 ? bend(start, end, true) : [start, ...between, end];
}

/** Those that something outside leads to come first, so that ways between groups stay short. */
function inOrder(members: readonly MapNode[], edges: readonly MapEdge[]): MapNode[] {
  const rank = ({ id }: MapNode) => edges.filter(({ to }) => to === id).length;
  return [...members].sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
}

/** Edges without those that lead back: a function that writes to the table which feeds it. */
function forward(edges: readonly MapEdge[]): MapEdge[] {
  const known = new Set(edges.map(({ id }) => id));
  return edges.filter(({ from, to, kind }) => !(kind === "data" && known.has(`${to}>${from}`)));
}

/** The way between two nodes of different groups, or back: from the nearer sides. */
function across(from: Box, to: Box): Point[] {
  const middle = (box: Box): Point => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
  const [a, b] = [middle(from), middle(to)];
  if (from.x + from.width <= to.x) {
    return bend({ x: from.x + from.width, y: a.y }, { x: to.x, y: b.y }, true);
  }
  if (to.x + to.width <= from.x && Math.abs(a.y - b.y) < NODE_HEIGHT * 3) {
    return bend({ x: from.x, y: a.y }, { x: to.x + to.width, y: b.y }, true);
  }
  const down = a.y <= b.y;
  return bend(
    { x: a.x, y: down ? from.y + from.height : from.y },
    { x: b.x, y: down ? to.y : to.y + to.height },
    false,
  );
}

function bend(from: Point, to: Point, sideways: boolean): Point[] {
  const half = sideways ? (to.x - from.x) / 2 : (to.y - from.y) / 2;
  return sideways
    ? [from, { x: from.x + half, y: from.y }, { x: to.x - half, y: to.y }, to]
    : [from, { x: from.x, y: from.y + half }, { x: to.x, y: to.y - half }, to];
}
