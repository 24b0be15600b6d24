// States for tests: a screen, a few kinds, and tables of pods and deployments as a server would tell them.
import type { Mapping } from '../../../kubectl/discovery/served.ts';
import { frameOf } from '../draw/frame.ts';
import { NO_FACTS } from '../effects/facts.ts';
import { reduce } from '../keys/reduce.ts';
import { firstView } from '../keys/views.ts';
import { columnsOf, rowsOf } from '../model/rows.ts';
import type { Effect, State, StateEvent } from '../model/state.ts';
import { painter } from '../screen/colours.ts';
import { difference } from '../screen/frame.ts';
import { FakeTerminal } from './terminal.fake.ts';

/** When rows are drawn. */
export const NOW = Date.parse('2026-06-01T12:00:00Z');

const mapping = (
  group: string,
  kind: string,
  resource: string,
  shortName: string,
  namespaced = true,
): Mapping => ({
  group,
  version: 'v1',
  kind,
  resource,
  singular: kind.toLowerCase(),
  namespaced,
  verbs: ['list', 'watch'],
  shortNames: [shortName],
  categories: [],
});

export const pods = mapping('', 'Pod', 'pods', 'po');
export const deployments = mapping('apps', 'Deployment', 'deployments', 'deploy');
export const replicaSets = mapping('apps', 'ReplicaSet', 'replicasets', 'rs');
export const nodes = mapping('', 'Node', 'nodes', 'no', false);
export const kinds: readonly Mapping[] = [
  pods,
  deployments,
  replicaSets,
  nodes,
  mapping('', 'Event', 'events', 'ev'),
  mapping('', 'Namespace', 'namespaces', 'ns', false),
];

export const emptyState: State = {
  width: 100,
  height: 24,
  facts: { ...NO_FACTS, context: 'test', cluster: 'test', user: 'admin' },
  kinds,
  namespaces: ['default', 'prod'],
  namespace: 'default',
  views: [firstView({ type: 'kind', kind: pods, namespace: 'default' })],
  nextId: 1,
  help: false,
  forwards: [],
  contexts: [],
  lost: '',
};

interface PodRow {
  readonly name: string;
  readonly ready?: string;
  readonly status?: string;
  readonly restarts?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly owner?: string;
  /** Seconds. */
  readonly age?: number;
}

export const tableOf = (rows: readonly PodRow[]): Record<string, unknown> => ({
  kind: 'Table',
  apiVersion: 'meta.k8s.io/v1',
  columnDefinitions: [
    ...['Name', 'Ready', 'Status', 'Restarts', 'Age'].map((name) => ({ name, type: 'string', priority: 0 })),
    { name: 'Node', type: 'string', priority: 1 },
  ],
  rows: rows.map(({ name, ready = '1/1', status = 'Running', restarts = '0', age = 60, ...rest }) => ({
    cells: [name, ready, status, restarts, '?', 'node-1'],
    object: {
      metadata: {
        name,
        namespace: rest.namespace ?? 'default',
        uid: `uid-${name}`,
        labels: rest.labels ?? {},
        creationTimestamp: new Date(NOW - age * 1000).toISOString(),
        ...(rest.owner && { ownerReferences: [{ uid: rest.owner }] }),
      },
    },
  })),
});

/** The event by which a table of a kind arrives. */
export function told(rows: readonly PodRow[], kind = pods, view = 0): StateEvent {
  const table = tableOf(rows);
  const columns = columnsOf(table);
  const feed = kind.group ? `${kind.resource}.${kind.group}` : kind.resource;
  return { type: 'table', view, feed, change: { type: 'all', columns, rows: rowsOf(table, kind, columns) } };
}

export interface Played {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/** Events one after another; a text is a key. */
export function play(from: State, ...events: readonly (StateEvent | string)[]): Played {
  let state = from;
  const effects: Effect[] = [];
  for (const event of events) {
    const next = reduce(state, typeof event === 'string' ? { type: 'key', key: event } : event);
    state = next.state;
    for (const effect of next.effects) effects.push(effect);
  }
  return { state, effects };
}

export const typing = (text: string): string[] => [...text].map((one) => (one === ' ' ? 'space' : one));

/** What a terminal shows of a state. */
export function shown(state: State): FakeTerminal {
  const terminal = new FakeTerminal(state.width, state.height);
  terminal.write(difference(undefined, frameOf(state, NOW), painter('256')));
  return terminal;
}
