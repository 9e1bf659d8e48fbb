import { layout as dagre, Graph } from "@dagrejs/dagre";

/** A way from one state to another. */
export interface StateWay {
  from: string;
  to: string;
  kind: "next" | "choice" | "catch";
}

/** A state machine's states and ways, laid out. */
export interface StateLayout {
  width: number;
  height: number;
  states: { name: string; type: string; x: number; y: number; width: number; height: number }[];
  ways: (StateWay & { points: { x: number; y: number }[] })[];
}

interface State {
  Type: string;
  Next?: string;
  End?: boolean;
  Default?: string;
  Choices?: { Next: string }[];
  Catch?: { Next: string }[];
}

const HEIGHT = 28;
const LETTER = 7;

/** The ways of a state machine, by its definition in the Amazon States Language. @throws SyntaxError when it is no JSON. */
function waysOf(definition: string): { states: Map<string, string>; ways: StateWay[] } {
  const { StartAt, States } = JSON.parse(definition) as {
    StartAt: string;
    States: Record<string, State>;
  };
  const states = new Map(Object.entries(States).map(([name, { Type }]) => [name, Type]));
  const ways: StateWay[] = [{ from: "Start", to: StartAt, kind: "next" }];
  const add = (from: string, to: string | undefined, kind: StateWay["kind"]) => {
    if (to && !ways.some((way) => way.from === from && way.to === to))
      ways.push({ from, to, kind });
  };
  for (const [name, state] of Object.entries(States)) {
    add(name, state.Next, "next");
    for (const choice of state.Choices ?? []) add(name, choice.Next, "choice");
    add(name, state.Default, "choice");
    for (const caught of state.Catch ?? []) add(name, caught.Next, "catch");
    if (state.End || ["Succeed", "Fail"].includes(state.Type)) add(name, "End", "next");
  }
  return { states, ways };
}

/** Lays a state machine out from top to bottom. */
export function layoutStates(definition: string): StateLayout {
  const { states, ways } = waysOf(definition);
  const graph = new Graph();
  graph.setGraph({ rankdir: "TB", ranksep: 26, nodesep: 22, marginx: 10, marginy: 10 });
  graph.setDefaultEdgeLabel(() => ({}));
  const names = [
    "Start",
    ...states.keys(),
    ...(ways.some(({ to }) => to === "End") ? ["End"] : []),
  ];
  for (const name of names) {
    graph.setNode(name, { width: Math.max(56, name.length * LETTER + 22), height: HEIGHT });
  }
  for (const { from, to, kind } of ways)
    graph.setEdge(from, to, { weight: kind === "next" ? 3 : 1 });
  dagre(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    width,
    height,
    states: graph.nodes().map((name: string) => {
      const node = graph.node(name) as { x: number; y: number; width: number; height: number };
      return {
        name,
        type: states.get(name) ?? name,
        x: node.x - node.width / 2,
        y: node.y - node.height / 2,
        width: node.width,
        height: node.height,
      };
    }),
    ways: ways.map((way) => ({
      ...way,
      points: (graph.edge(way.from, way.to) as { points: { x: number; y: number }[] }).points,
    })),
  };
}
