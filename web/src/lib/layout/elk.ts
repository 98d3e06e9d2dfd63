import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js';

/** Sizes and places in px of an unscaled drawing; a node's place is its upper left corner. */
export interface GraphNode {
  id: string;
  width: number;
  height: number;
}
export interface GraphEdge {
  id: string;
  from: string;
  to: string;
}
export interface Graph {
  nodes: readonly GraphNode[];
  edges: readonly GraphEdge[];
}
export interface Point {
  x: number;
  y: number;
}
export interface Placed {
  nodes: Map<string, Point>;
  /** By edge: where it begins, bends and ends. */
  edges: Map<string, Point[]>;
  width: number;
  height: number;
}

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.edgeRouting': 'POLYLINE',
  'elk.spacing.nodeNode': '28',
  'elk.spacing.edgeNode': '20',
  'elk.spacing.componentComponent': '48',
  'elk.layered.spacing.nodeNodeBetweenLayers': '64',
  'elk.layered.spacing.edgeNodeBetweenLayers': '24',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
  'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED',
};
/** From here on the dear steps would take seconds. */
const LARGE = 500;

/** Edges that lead nowhere are left out: a spec that is being written has such. */
export function toElk({ nodes, edges }: Graph, direction: 'down' | 'right'): ElkNode {
  const ids = new Set(nodes.map(({ id }) => id));
  return {
    id: '/', // no key has a slash
    layoutOptions: {
      ...OPTIONS,
      'elk.direction': direction === 'down' ? 'DOWN' : 'RIGHT',
      ...(nodes.length > LARGE ? { 'elk.layered.thoroughness': '1' } : {}),
    },
    children: nodes.map((node) => withPorts(node, direction)),
    edges: edges
      .filter(({ from, to }) => from !== to && ids.has(from) && ids.has(to))
      .map(({ id, from, to }) => ({ id: `/${id}`, sources: [`${from}/out`], targets: [`${to}/in`] })),
  };
}

/** Edges come in at the middle of one side and leave from the middle of the other: there the handles are. */
function withPorts({ id, width, height }: GraphNode, direction: 'down' | 'right'): ElkNode {
  const [inAt, outAt] =
    direction === 'down'
      ? [
          { x: width / 2, y: 0 },
          { x: width / 2, y: height },
        ]
      : [
          { x: 0, y: height / 2 },
          { x: width, y: height / 2 },
        ];
  return {
    ...{ id, width, height, layoutOptions: { 'elk.portConstraints': 'FIXED_POS' } },
    ports: [
      { id: `${id}/in`, ...inAt },
      { id: `${id}/out`, ...outAt },
    ],
  };
}

export function fromElk({ children = [], edges = [], width = 0, height = 0 }: ElkNode): Placed {
  return {
    nodes: new Map(children.map(({ id, x = 0, y = 0 }) => [id, { x, y }])),
    edges: new Map(edges.map((edge) => [edge.id.slice(1), pointsOf(edge)])),
    ...{ width, height },
  };
}

const pointsOf = ({ sections = [] }: ElkExtendedEdge): Point[] =>
  sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint]);
