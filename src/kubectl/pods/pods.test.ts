import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { allContainerNames, findOrDefaultContainer } from './containers.ts';
import { byAttaching, byLogging } from './order.ts';
import { selectorOf } from './selector-of.ts';

interface Facts {
  readonly node?: string;
  readonly phase?: string;
  readonly ready?: string;
  readonly restarts?: number;
  readonly created?: string;
  readonly deleted?: string;
}

const pod = (name: string, facts: Facts): Pod =>
  ({
    metadata: {
      name,
      ...(facts.created && { creationTimestamp: facts.created }),
      ...(facts.deleted && { deletionTimestamp: facts.deleted }),
    },
    spec: { containers: [{ name: 'c' }], ...(facts.node && { nodeName: facts.node }) },
    status: {
      phase: facts.phase ?? 'Running',
      ...(facts.ready && {
        conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: facts.ready }],
      }),
      ...(facts.restarts && { containerStatuses: [{ name: 'c', restartCount: facts.restarts }] }),
    },
  }) as Pod;

const [EARLY, LATE] = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'];
const names = (pods: Pod[], order: (a: Pod, b: Pod) => number) =>
  pods.sort(order).map(({ metadata }) => metadata.name);

describe('the first of several pods', () => {
  it('for logs has a node, runs, is ready for long, was restarted often, is old', () => {
    const pods = [
      pod('unassigned', {}),
      pod('pending', { node: 'n', phase: 'Pending' }),
      pod('new', { node: 'n', created: LATE }),
      pod('old', { node: 'n', created: EARLY }),
      pod('restarted', { node: 'n', restarts: 3, created: LATE }),
      pod('readyLate', { node: 'n', ready: LATE }),
      pod('readyEarly', { node: 'n', ready: EARLY }),
    ];
    assert.deepEqual(names(pods, byLogging), [
      'readyEarly',
      'readyLate',
      'restarted',
      'old',
      'new',
      'pending',
      'unassigned',
    ]);
  });

  it('to attach to is the one that a controller would delete last', () => {
    const pods = [
      pod('unassigned', {}),
      pod('unready', { node: 'n' }),
      pod('deleted', { node: 'n', ready: EARLY, deleted: LATE }),
      pod('readyLate', { node: 'n', ready: LATE }),
      pod('readyEarly', { node: 'n', ready: EARLY }),
    ];
    assert.deepEqual(names(pods, byAttaching), [
      'readyEarly',
      'readyLate',
      'deleted',
      'unready',
      'unassigned',
    ]);
  });
});

describe('the pods of an object', () => {
  const of = (kind: string, selector: unknown, apiVersion = 'apps/v1') =>
    selectorOf({ apiVersion, kind, metadata: { name: 'x' }, spec: { selector } });

  it('are those that its selector means', () => {
    const selector = {
      matchLabels: { b: '2', a: '1' },
      matchExpressions: [
        { key: 'c', operator: 'In', values: ['y', 'x'] },
        { key: 'd', operator: 'DoesNotExist' },
      ],
    };
    assert.equal(of('Deployment', selector), '!d,a=1,b=2,c in (x,y)');
    assert.equal(of('Service', { a: '1' }, 'v1'), 'a=1');
    assert.equal(of('ReplicationController', { a: '1' }, 'v1'), 'a=1');
  });

  it('are none of a Service without a selector and of other kinds', () => {
    assert.throws(() => of('Service', {}, 'v1'), {
      message: "invalid service 'x': Service is defined without a selector",
    });
    assert.throws(() => of('ConfigMap', {}, 'v1'), { message: 'selector for *v1.ConfigMap not implemented' });
  });
});

describe('the container of a pod', () => {
  const several = {
    metadata: { name: 'p', namespace: 'ns' },
    spec: { containers: [{ name: 'a' }, { name: 'b' }], initContainers: [{ name: 'i' }] },
  } as Pod;

  it('is the first, and the user is told of the others', () => {
    const warnings: string[] = [];
    assert.equal(findOrDefaultContainer(several, '', (text) => warnings.push(text)).name, 'a');
    assert.deepEqual(warnings, ['Defaulted container "a" out of: a, b, i (init)\n']);
    assert.equal(findOrDefaultContainer(several, 'i', () => {}).name, 'i');
    assert.equal(allContainerNames(several), 'a, b, i (init)');
    assert.throws(() => findOrDefaultContainer(several, 'x', () => {}), {
      message: 'container x is not valid for pod p out of: a, b, i (init)',
    });
  });
});
