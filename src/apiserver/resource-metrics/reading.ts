// Reads a kubelet's page /metrics/resource, in the Prometheus text format. Pure, in one pass over the text; in steps, so that a
// long page does not hold the event loop. Upstream: metrics-server's pkg/scraper/client/resource/decode.go.
import type { Steps } from '../../kit/clock.ts';

/** What a node or container had used at a moment. Times are in milliseconds since the epoch. */
export interface Point {
  readonly at: number;
  /** Seconds of CPU since the start. */
  readonly cpu: number;
  /** Bytes of the working set. */
  readonly memory: number;
  readonly startedAt: number | undefined;
}

export interface Reading {
  readonly node: Point | undefined;
  /** By `namespace/pod`, then by container. */
  readonly pods: ReadonlyMap<string, ReadonlyMap<string, Point>>;
}

interface Draft {
  at?: number;
  cpu?: number;
  memory?: number;
  startedAt?: number;
}

type Labels = Readonly<Record<string, string>>;

/** Lines, or pods, between two rests. */
const STEP = 256;

/** `readAt` stands in for times that the page does not tell. What is not complete is left out. */
export function* readResourceMetrics(text: string, readAt: number): Steps<Reading> {
  const node: Draft = {};
  const pods = new Map<string, Map<string, Draft>>();
  let lines = 0;
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end < 0 ? text.length : end);
    start = end < 0 ? text.length : end + 1;
    if (++lines % STEP === 0) yield;
    const field = fieldOf(line);
    const sample = field && sampleOf(line);
    if (!sample) continue;
    const draft = field.of === 'node' ? node : draftOf(pods, sample.labels);
    if (!draft) continue;
    draft[field.name] = field.name === 'startedAt' ? sample.value * 1000 : sample.value;
    if (field.name === 'cpu' || draft.at === undefined) draft.at = sample.at ?? readAt;
  }
  return { node: pointOf(node), pods: yield* complete(pods) };
}

interface Field {
  readonly of: 'node' | 'container';
  readonly name: 'cpu' | 'memory' | 'startedAt';
}

const FIELDS: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['node_cpu_usage_seconds_total', { of: 'node', name: 'cpu' }],
  ['node_memory_working_set_bytes', { of: 'node', name: 'memory' }],
  ['container_cpu_usage_seconds_total', { of: 'container', name: 'cpu' }],
  ['container_memory_working_set_bytes', { of: 'container', name: 'memory' }],
  ['container_start_time_seconds', { of: 'container', name: 'startedAt' }],
]);

function fieldOf(line: string): Field | undefined {
  const end = line.search(/[{\s]/);
  return end > 0 ? FIELDS.get(line.slice(0, end)) : undefined;
}

interface Sample {
  readonly labels: Labels;
  readonly value: number;
  readonly at: number | undefined;
}

/** Undefined for a line that is none, and for values that are no amounts. */
function sampleOf(line: string): Sample | undefined {
  const braced = labelsOf(line);
  if (!braced) return undefined;
  const [value = '', at] = line.slice(braced.end).trim().split(/\s+/, 2);
  const amount = value === '' ? Number.NaN : Number(value);
  const time = at === undefined ? undefined : Number(at);
  if (!Number.isFinite(amount) || amount < 0 || Number.isNaN(time)) return undefined;
  return { labels: braced.labels, value: amount, at: time };
}

/** The labels, and where they end; undefined if they do not end. */
function labelsOf(line: string): { readonly labels: Labels; readonly end: number } | undefined {
  const labels: Record<string, string> = Object.create(null);
  const open = line.indexOf('{');
  if (open < 0) return { labels, end: line.search(/\s/) };
  for (let i = open + 1; i < line.length; ) {
    if (line[i] === '}') return { labels, end: i + 1 };
    const equals = line.indexOf('=', i);
    if (equals < 0 || line[equals + 1] !== '"') return undefined;
    const name = line.slice(i, equals).trim();
    const quoted = quotedFrom(line, equals + 2);
    if (!quoted) return undefined;
    labels[name] = quoted.text;
    i = quoted.end;
    while (line[i] === ',' || line[i] === ' ') i++;
  }
  return undefined;
}

function quotedFrom(
  line: string,
  start: number,
): { readonly text: string; readonly end: number } | undefined {
  const quote = line.indexOf('"', start);
  if (quote < 0) return undefined;
  const plain = line.slice(start, quote);
  return plain.includes('\\') ? escapedFrom(line, start) : { text: plain, end: quote + 1 };
}

function escapedFrom(
  line: string,
  start: number,
): { readonly text: string; readonly end: number } | undefined {
  let text = '';
  for (let i = start; i < line.length; i++) {
    const letter = line[i]!;
    if (letter === '"') return { text, end: i + 1 };
    if (letter !== '\\') text += letter;
    else text += line[++i] === 'n' ? '\n' : (line[i] ?? '');
  }
  return undefined;
}

/** A text of its own: part of a string would keep the whole page in memory. */
const detached = (text: string): string => Buffer.from(text).toString();

function draftOf(pods: Map<string, Map<string, Draft>>, labels: Labels): Draft | undefined {
  const { container, pod, namespace } = labels;
  if (!container || !pod || !namespace) return undefined;
  const key = `${namespace}/${pod}`;
  let containers = pods.get(key);
  if (!containers) {
    containers = new Map();
    pods.set(detached(key), containers);
  }
  let draft = containers.get(container);
  if (!draft) {
    draft = {};
    containers.set(detached(container), draft);
  }
  return draft;
}

function pointOf({ at, cpu, memory, startedAt }: Draft): Point | undefined {
  if (at === undefined || cpu === undefined || memory === undefined) return undefined;
  return { at, cpu, memory, startedAt };
}

function* complete(drafts: ReadonlyMap<string, ReadonlyMap<string, Draft>>): Steps<Reading['pods']> {
  const pods = new Map<string, Map<string, Point>>();
  for (const [pod, containers] of drafts) {
    const points = new Map<string, Point>();
    for (const [name, draft] of containers) {
      const point = pointOf(draft);
      if (point) points.set(name, point);
    }
    // The sum over a part of the containers would be wrong.
    if (points.size === containers.size) pods.set(pod, points);
    if (pods.size % STEP === 0) yield;
  }
  return pods;
}
