import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../yaml/document.ts';
import {
  type ApplyPorts,
  type Plan,
  planOf,
  type TargetKind,
  tried,
  triedLater,
  UNSETTLED,
} from './apply.ts';

const kind = (
  group: string,
  version: string,
  name: string,
  plural: string,
  namespaced = true,
): TargetKind => ({
  ...{ group, version, plural, namespaced },
  kind: name,
});
const kinds = [
  kind('', 'v1', 'ConfigMap', 'configmaps'),
  kind('', 'v1', 'Namespace', 'namespaces', false),
  kind('apps', 'v1', 'Deployment', 'deployments'),
];
const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' }, data: { a: '1', b: '2' } };
const planned = (document: unknown): Plan => {
  const plan = planOf(document, 0, kinds, 'chosen');
  return 'problem' in plan ? assert.fail(plan.problem) : plan;
};

class Refused extends Error {
  readonly body: object;
  constructor(message: string, body: object = {}) {
    super(message);
    this.body = body;
  }
}

function server(before: Json | undefined, refuse?: Refused) {
  const sent: { body: Json; dryRun: boolean; force: boolean }[] = [];
  const ports: ApplyPorts = {
    get: async () => before,
    apply: async (_, body, options) => {
      sent.push({ body, ...options });
      if (refuse && !options.force && sent.length === 1) throw refuse;
      return { ...body, status: {} };
    },
    create: async ({ body }) => ({ ...body, metadata: { name: 'made' } }),
    statusOf: (error) => (error instanceof Refused ? error.body : undefined),
  };
  return { ports, sent };
}

test('a document goes where it says, or to the chosen namespace', () => {
  assert.equal(planned(map).namespace, 'chosen');
  assert.deepEqual(planned(map).body.metadata, { name: 'm', namespace: 'chosen' });
  assert.equal(planned({ ...map, metadata: { name: 'm', namespace: 'own' } }).namespace, 'own');
  assert.equal(planned({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } }).namespace, '');
  assert.deepEqual(planOf({ ...map, kind: 'Nothing' }, 3, kinds, ''), {
    index: 3,
    problem: 'no matches for kind "Nothing" in version "v1"',
  });
});

test('what is tried says whether it would create, change or change nothing', async () => {
  const plan = planned(map);
  const outcome = async (before: Json | undefined) =>
    (await tried(plan, true, UNSETTLED, server(before).ports)).type;
  assert.equal(await outcome(undefined), 'create');
  assert.equal(await outcome({ ...plan.body, data: {} }), 'change');
  assert.equal(await outcome({ ...plan.body, status: { x: 1 } }), 'same');
  const generated = planned({ ...map, metadata: { generateName: 'm-' } });
  assert.equal((await tried(generated, true, UNSETTLED, server(undefined).ports)).type, 'create');
});

test('fields of others are told, and then taken or left', async () => {
  const causes = [
    { reason: 'FieldManagerConflict', message: 'conflict with "kubectl" using v1', field: '.data.a' },
  ];
  const { ports, sent } = server({}, new Refused('conflict', { reason: 'Conflict', details: { causes } }));
  const plan = planned(map);
  const outcome = await tried(plan, true, UNSETTLED, ports);
  assert.deepEqual(outcome, {
    type: 'conflict',
    message: 'conflict',
    fields: [{ field: '.data.a', manager: 'kubectl' }],
  });
  await tried(plan, false, { taken: [], left: ['.data.a'] }, ports);
  assert.deepEqual(sent[1], {
    body: { ...plan.body, data: { b: '2' } },
    dryRun: false,
    force: false,
  });
  await tried(plan, false, { taken: ['.data.a'], left: [] }, ports);
  assert.equal(sent[2]?.force, true);
});

test('an object of a namespace that the same text makes waits for it', () => {
  const namespace = planned({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'chosen' } });
  const failed = { type: 'failed', message: 'namespaces "chosen" not found' } as const;
  assert.equal(triedLater(planned(map), failed, [namespace]).type, 'later');
  assert.equal(triedLater(planned(map), failed, []).type, 'failed');
});
