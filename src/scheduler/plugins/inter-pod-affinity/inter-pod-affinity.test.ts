import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cacheOf, filterAnswers, scoresOf } from '../../testing/cache.fake.ts';
import { aNode, aPod } from '../../testing/objects.fake.ts';
import { interPodAffinity } from './inter-pod-affinity.ts';

type Kind = 'podAffinity' | 'podAntiAffinity';

const nodes = [
  aNode('a1', { zone: 'a' }),
  aNode('a2', { zone: 'a' }),
  aNode('b1', { zone: 'b' }),
  aNode('lost'),
];
const namespaceLabels = (name: string) => ({ name, team: name === 'd' ? 'blue' : 'red' });

const term = (app: string, extra: object = {}) => ({
  topologyKey: 'zone',
  labelSelector: { matchLabels: { app } },
  ...extra,
});
const required = (kind: Kind, ...terms: ReturnType<typeof term>[]) => ({
  affinity: { [kind]: { requiredDuringSchedulingIgnoredDuringExecution: terms } },
});
const preferred = (kind: Kind, app: string, weight: number) => ({
  affinity: {
    [kind]: {
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight, podAffinityTerm: term(app) }],
    },
  },
});

type Placed = Parameters<typeof cacheOf>[1];
const filter = (placed: Placed, pod: ReturnType<typeof aPod>) => {
  const cache = cacheOf(nodes, placed);
  return filterAnswers(interPodAffinity(cache, namespaceLabels), cache, pod);
};
const score = (placed: Placed, pod: ReturnType<typeof aPod>) => {
  const cache = cacheOf(nodes, placed);
  return scoresOf(interPodAffinity(cache, namespaceLabels), cache, pod);
};

const far = "UnschedulableAndUnresolvable: node(s) didn't match pod affinity rules";
const near = "Unschedulable: node(s) didn't match pod anti-affinity rules";
const keptAway = "Unschedulable: node(s) didn't satisfy existing pods anti-affinity rules";

describe('required terms', () => {
  it('keep a pod in the domains of the pods that it wants to be with', () => {
    const pod = aPod(required('podAffinity', term('db')));
    assert.deepEqual(filter({ a1: [aPod({}, { app: 'db' })] }, pod), {
      a1: 'Success',
      a2: 'Success',
      b1: far,
      lost: far,
    });
  });

  it('ask for one pod that matches all affinity terms, not for one pod per term', () => {
    const tier = term('db', { labelSelector: { matchLabels: { tier: 'back' } } });
    const pod = aPod(required('podAffinity', term('db'), tier));
    const apart = { a1: [aPod({}, { app: 'db' }), aPod({}, { tier: 'back' })] };
    assert.deepEqual(filter(apart, pod), { a1: far, a2: far, b1: far, lost: far });
    const both = { a1: [aPod({}, { app: 'db', tier: 'back' })] };
    assert.deepEqual(filter(both, pod), { a1: 'Success', a2: 'Success', b1: far, lost: far });
  });

  it('let the first pod of a group start anywhere where the label exists', () => {
    const pod = aPod(required('podAffinity', term('web')), { app: 'web' });
    assert.deepEqual(filter({}, pod), { a1: 'Success', a2: 'Success', b1: 'Success', lost: far });
    const second = filter({ a1: [aPod({}, { app: 'web' })] }, pod);
    assert.deepEqual(second, { a1: 'Success', a2: 'Success', b1: far, lost: far });
  });

  it('keep a pod out of the domains of the pods that it wants to avoid', () => {
    const pod = aPod(required('podAntiAffinity', term('db')));
    assert.deepEqual(filter({ a1: [aPod({}, { app: 'db' })] }, pod), {
      a1: near,
      a2: near,
      b1: 'Success',
      lost: 'Success',
    });
  });

  it('of pods in place keep out a pod that has no terms itself', () => {
    const placed = { b1: [aPod(required('podAntiAffinity', term('web')))] };
    assert.deepEqual(filter(placed, aPod({}, { app: 'web' })), {
      a1: 'Success',
      a2: 'Success',
      b1: keptAway,
      lost: 'Success',
    });
    assert.equal(filter(placed, aPod({}, { app: 'other' })), 'Skip', 'no pod refuses it');
  });

  it('match pods of other namespaces only where the term says so', () => {
    const db = aPod({}, { app: 'db' });
    db.metadata.namespace = 'other';
    const answer = (extra: object) => filter({ a1: [db] }, aPod(required('podAffinity', term('db', extra))));
    const all = { a1: 'Success', a2: 'Success', b1: far, lost: far };
    const none = { a1: far, a2: far, b1: far, lost: far };
    assert.deepEqual(answer({}), none);
    assert.deepEqual(answer({ namespaces: ['other'] }), all);
    assert.deepEqual(answer({ namespaceSelector: { matchLabels: { team: 'red' } } }), all);
    assert.deepEqual(answer({ namespaceSelector: { matchLabels: { team: 'blue' } } }), none);
  });

  it('take matchLabelKeys from the pod that has the term', () => {
    const pod = aPod(required('podAntiAffinity', term('db', { matchLabelKeys: ['version'] })), {
      version: '2',
    });
    const placed = {
      a1: [aPod({}, { app: 'db', version: '1' })],
      b1: [aPod({}, { app: 'db', version: '2' })],
    };
    assert.deepEqual(filter(placed, pod), { a1: 'Success', a2: 'Success', b1: near, lost: 'Success' });
  });
});

describe('preferred terms', () => {
  it('score domains by the weights of the pods in them', () => {
    const placed = { a1: [aPod({}, { app: 'db' }), aPod({}, { app: 'db' })], b1: [aPod({}, { app: 'db' })] };
    assert.deepEqual(score(placed, aPod(preferred('podAffinity', 'db', 10))), {
      a1: 100,
      a2: 100,
      b1: 50,
      lost: 0,
    });
    assert.deepEqual(score(placed, aPod(preferred('podAntiAffinity', 'db', 10))), {
      a1: 0,
      a2: 0,
      b1: 50,
      lost: 100,
    });
  });

  it('of pods in place count for an incoming pod that has none, their required affinity with weight 1', () => {
    const web = aPod({}, { app: 'web' });
    assert.deepEqual(score({ a1: [aPod(preferred('podAffinity', 'web', 5))] }, web), {
      a1: 100,
      a2: 100,
      b1: 0,
      lost: 0,
    });
    assert.deepEqual(score({ b1: [aPod(required('podAffinity', term('web')))] }, web), {
      a1: 0,
      a2: 0,
      b1: 100,
      lost: 0,
    });
  });

  it('are skipped when they match no pod', () => {
    assert.equal(score({}, aPod(preferred('podAffinity', 'db', 10))), 'Skip');
  });
});

describe('arguments', () => {
  const web = { app: 'web' };
  const placed = { a1: [aPod(required('podAffinity', term('web')))], b1: [aPod({}, { app: 'db' })] };
  const cache = cacheOf(nodes, placed);
  const args = { hardPodAffinityWeight: 1, ignorePreferredTermsOfExistingPods: false };
  const plugin = (own: Partial<typeof args>) => interPodAffinity(cache, namespaceLabels, { ...args, ...own });

  it('say what required affinity of pods in place is worth', () => {
    const pod = aPod(preferred('podAffinity', 'db', 5), web);
    assert.deepEqual(scoresOf(plugin({}), cache, pod), { a1: 20, a2: 20, b1: 100, lost: 0 });
    const heavy = plugin({ hardPodAffinityWeight: 10 });
    assert.deepEqual(scoresOf(heavy, cache, pod), { a1: 100, a2: 100, b1: 50, lost: 0 });
  });

  it('may leave out the terms of pods in place for a pod without preferences', () => {
    const ignoring = plugin({ ignorePreferredTermsOfExistingPods: true });
    assert.equal(scoresOf(ignoring, cache, aPod({}, web)), 'Skip');
    assert.notEqual(scoresOf(ignoring, cache, aPod(preferred('podAffinity', 'db', 5), web)), 'Skip');
  });
});
