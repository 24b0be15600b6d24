// The map as a picture: boxes in columns and lines between them. It is moved with the mouse or a finger, zoomed with the wheel and by
// keys; arrows go from box to box.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Graph, LAYERS, type MapEdge, type MapNode } from './graph.ts';
import { layout } from './layout.ts';
import type { Connection, Policies } from './policies.ts';
import { related } from './related.ts';
import { around, type Direction, fitted, moved, nearest, type ViewBox, zoomed } from './view-box.ts';

const SIZES = { width: 196, height: 48, across: 84, down: 18 };
/** Room for the lines of policies, on the right. */
const ARCS = 96;
/** Lines with texts: more would be in each other's way. */
const MOST_TEXTS = 40;
const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

export interface PictureProps {
  readonly graph: Graph;
  readonly policies: Policies;
  /** Between workloads, as far as they are drawn. */
  readonly connections: readonly Connection[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string | undefined) => void;
}

export function Picture({ graph, policies, connections, chosen, onChoose }: PictureProps) {
  const frame = useRef<SVGSVGElement>(null);
  const [screen, setScreen] = useState({ width: 900, height: 560 });
  const [view, setView] = useState<ViewBox | undefined>(undefined);
  const shape = shapeOf(graph);
  const placed = useMemo(
    () =>
      layout(
        graph.nodes.map(({ id, layer }) => ({ id, column: LAYERS.indexOf(layer) })),
        graph.edges,
        SIZES,
      ),
    [shape],
  );
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setScreen({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const whole = fitted(placed.width + (connections.length > 0 ? ARCS : 0), placed.height, screen);
  const at = chosen === undefined ? undefined : placed.at.get(chosen);
  const middleOf = ({ x, y }: Point) => ({ x: x + SIZES.width / 2, y: y + SIZES.height / 2 });
  const seen = view ?? (at ? around(middleOf(at), whole, screen) : whole);
  const latest = useRef(seen);
  latest.current = seen;
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    // Not passive: the page must not scroll as well.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const at = { x: event.clientX - box.left, y: event.clientY - box.top };
      setView(zoomed(latest.current, event.deltaY < 0 ? 1.12 : 1 / 1.12, at));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, []);
  const middle = { x: screen.width / 2, y: screen.height / 2 };
  const zoom = (factor: number) => setView(zoomed(seen, factor, middle));
  const focus = (id: string) => {
    const element = frame.current?.querySelector<SVGGElement>(`[data-node="${CSS.escape(id)}"]`);
    element?.focus();
    const at = placed.at.get(id);
    if (at) setView(shown(seen, at, screen));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const id = event.target instanceof Element ? event.target.getAttribute('data-node') : null;
    const direction = ARROWS[event.key];
    if (event.key === '+' || event.key === '=') zoom(1.25);
    else if (event.key === '-') zoom(0.8);
    else if (event.key === '0') setView(undefined);
    else if (event.key === 'Escape' && chosen !== undefined) onChoose(undefined);
    else if ((event.key === 'Enter' || event.key === ' ') && id) onChoose(id === chosen ? undefined : id);
    else if (direction && id) {
      const next = nearest(placed.at, id, direction);
      if (next) focus(next);
    } else return;
    event.preventDefault();
  };
  const drag = useDrag((dx, dy) => setView(moved(latest.current, dx, dy)));
  const lit = chosen === undefined ? undefined : related(chosen, [...graph.edges, ...connections]);
  const { x, y, scale } = seen;
  return (
    <div class="map-frame">
      <svg
        ref={frame}
        class="map-picture"
        role="application"
        aria-label="Map of Services and workloads. Arrow keys go from box to box, Enter chooses one, + and - zoom, 0 shows all."
        viewBox={`${x} ${y} ${screen.width / scale} ${screen.height / scale}`}
        onKeyDown={onKeyDown}
        {...drag}
      >
        <title>Map of Services and workloads</title>
        <Lines graph={graph} at={placed.at} connections={connections} lit={lit} chosen={chosen} />
        {graph.nodes.map((node) => (
          <Box
            key={node.id}
            node={node}
            at={placed.at.get(node.id)!}
            isolation={node.layer === 'workload' ? policies.isolationOf(node.id) : undefined}
            tone={toneOf(node.id, chosen, lit)}
            onChoose={() => onChoose(node.id === chosen ? undefined : node.id)}
          />
        ))}
      </svg>
      <div class="map-zoom">
        <button type="button" class="button small" aria-label="Larger" onClick={() => zoom(1.25)}>
          +
        </button>
        <button type="button" class="button small" aria-label="Smaller" onClick={() => zoom(0.8)}>
          −
        </button>
        <button type="button" class="button small" onClick={() => setView(undefined)}>
          All
        </button>
      </div>
    </div>
  );
}

/** The layout changes only with what is there. */
const shapeOf = ({ nodes, edges }: Graph): string =>
  `${nodes.map(({ id }) => id).join()} ${edges.map(({ from, to }) => `${from}>${to}`).join()}`;

const toneOf = (id: string, chosen: string | undefined, lit: ReadonlySet<string> | undefined): string =>
  id === chosen ? 'chosen' : lit && !lit.has(id) ? 'aside' : '';

/** Moved so far that the box is seen. */
function shown(
  view: ViewBox,
  at: Point,
  screen: { readonly width: number; readonly height: number },
): ViewBox {
  const right = view.x + screen.width / view.scale;
  const bottom = view.y + screen.height / view.scale;
  const dx =
    at.x < view.x ? at.x - 20 - view.x : at.x + SIZES.width > right ? at.x + SIZES.width + 20 - right : 0;
  const dy =
    at.y < view.y ? at.y - 20 - view.y : at.y + SIZES.height > bottom ? at.y + SIZES.height + 20 - bottom : 0;
  return { ...view, x: view.x + dx, y: view.y + dy };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function useDrag(move: (dx: number, dy: number) => void) {
  const last = useRef<Point | undefined>(undefined);
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0 || (event.target as Element).closest('[data-node]')) return;
      last.current = { x: event.clientX, y: event.clientY };
      (event.currentTarget as Element).setPointerCapture(event.pointerId);
    },
    onPointerMove: (event: PointerEvent) => {
      if (!last.current) return;
      move(event.clientX - last.current.x, event.clientY - last.current.y);
      last.current = { x: event.clientX, y: event.clientY };
    },
    onPointerUp: () => {
      last.current = undefined;
    },
    onPointerCancel: () => {
      last.current = undefined;
    },
  };
}

interface BoxProps {
  readonly node: MapNode;
  readonly at: Point;
  readonly isolation: { readonly ingress: readonly string[]; readonly egress: readonly string[] } | undefined;
  readonly tone: string;
  readonly onChoose: () => void;
}

function Box({ node, at, isolation, tone, onChoose }: BoxProps) {
  const { id, kind, name, note, problem, isPartial, layer } = node;
  const isIsolated = isolation && isolation.ingress.length + isolation.egress.length > 0;
  const label = [kind, name, note, problem, isIsolated ? 'isolated by network policies' : '']
    .filter(Boolean)
    .join(', ');
  return (
    <g
      class={`map-node ${layer} ${tone} ${problem ? (isPartial ? 'partial' : 'problem') : ''}`}
      transform={`translate(${at.x} ${at.y})`}
      role="button"
      tabindex={0}
      aria-label={label}
      aria-pressed={tone === 'chosen'}
      data-node={id}
      onClick={onChoose}
    >
      <rect width={SIZES.width} height={SIZES.height} rx={7} />
      <rect class="map-stripe" x={0} y={10} width={3} height={SIZES.height - 20} rx={1.5} />
      <text class="map-name" x={14} y={20}>
        {shortened(name, isIsolated || problem ? 24 : 27)}
      </text>
      <text class="map-note" x={14} y={36}>
        {shortened([kind, note].filter(Boolean).join(' · '), 34)}
      </text>
      {problem && <circle class="map-problem" cx={SIZES.width - 14} cy={16} r={4} />}
      {isIsolated && (
        <path
          class="map-shield"
          transform={`translate(${SIZES.width - (problem ? 36 : 22)} 8)`}
          d="M7 1 13 3v5c0 4-3 6-6 7.5C4 14 1 12 1 8V3Z"
        />
      )}
    </g>
  );
}

const shortened = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

interface LinesProps {
  readonly graph: Graph;
  readonly at: ReadonlyMap<string, Point>;
  readonly connections: readonly Connection[];
  readonly lit: ReadonlySet<string> | undefined;
  readonly chosen: string | undefined;
}

function Lines({ graph, at, connections, lit, chosen }: LinesProps) {
  const isAside = ({ from, to }: { readonly from: string; readonly to: string }) =>
    lit !== undefined && !(lit.has(from) && lit.has(to));
  const hasTexts = graph.edges.length <= MOST_TEXTS;
  return (
    <g>
      {graph.edges.map((edge) => (
        <Line
          key={`${edge.from} ${edge.to}`}
          edge={edge}
          at={at}
          isAside={isAside(edge)}
          hasText={hasTexts || (lit !== undefined && !isAside(edge))}
        />
      ))}
      {connections.map(({ from, to, ports }) => {
        const [start, end] = [at.get(from), at.get(to)];
        if (!start || !end || (chosen !== undefined && from !== chosen && to !== chosen)) return null;
        const { path, middle } = arc(start, end);
        return (
          <g key={`${from} ${to} policy`} class="map-policy">
            <path d={path} />
            <path class="map-arrow" d={arrow(end)} />
            <text x={middle.x + 6} y={middle.y}>
              {ports}
            </text>
          </g>
        );
      })}
    </g>
  );
}

function Line({
  edge,
  at,
  isAside,
  hasText,
}: {
  readonly edge: MapEdge;
  readonly at: ReadonlyMap<string, Point>;
  readonly isAside: boolean;
  readonly hasText: boolean;
}) {
  const [start, end] = [at.get(edge.from), at.get(edge.to)];
  if (!start || !end) return null;
  const [x1, y1] = [start.x + SIZES.width, start.y + SIZES.height / 2];
  const [x2, y2] = [end.x, end.y + SIZES.height / 2];
  const bend = Math.max(30, (x2 - x1) / 2);
  return (
    <g class={`map-line ${isAside ? 'aside' : ''}`}>
      <path d={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`} />
      {hasText && edge.label && (
        <text x={(x1 + x2) / 2} y={(y1 + y2) / 2 + 4} text-anchor="middle">
          {shortened(edge.label, 16)}
        </text>
      )}
    </g>
  );
}

/** Around the right side of the boxes. */
function arc(start: Point, end: Point): { readonly path: string; readonly middle: Point } {
  const [x1, y1] = [start.x + SIZES.width, start.y + SIZES.height * 0.35];
  const [x2, y2] = [end.x + SIZES.width, end.y + SIZES.height * 0.65];
  const out = 30 + Math.min(140, Math.abs(y2 - y1) * 0.35);
  const x = Math.max(x1, x2) + out;
  return {
    path: `M${x1} ${y1}C${x} ${y1} ${x} ${y2} ${x2 + 7} ${y2}`,
    middle: { x: Math.max(x1, x2) + out * 0.75, y: (y1 + y2) / 2 },
  };
}

function arrow({ x, y }: Point): string {
  const [tip, middle] = [x + SIZES.width + 1, y + SIZES.height * 0.65];
  return `M${tip} ${middle}l7 -3.5v7Z`;
}
