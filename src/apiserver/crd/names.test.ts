// Names of definitions, and definitions that are being deleted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { simCluster } from '../../sim/cluster.ts';
import { MvccState } from '../../store/mvcc/mvcc-state.ts';
import { MvccStore } from '../../store/mvcc/mvcc-store.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const merge = { headers: { 'content-type': 'application/merge-patch+json' } };

const definition = (plural: string, kind: string, shortNames: readonly string[] = []) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.example.com` },
  spec: {
    group: 'example.com',
    scope: 'Cluster',
    names: { plural, kind, shortNames },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
});

const conditions = (body: { status: { conditions: { type: string }[] } }) =>
  Object.fromEntries(
    body.status.conditions.map((condition) => {
      const { type, status, reason, message } = condition as Record<string, string>;
      return [type, `${status} ${reason}: ${message}`];
    }),
  );

test('a kind or short name of another definition is not accepted, until it is free', async () => {
  const server = await simCluster();
  const { call } = server;
  await call('POST', definitions, definition('alphas', 'Same', ['sm']));
  const betas = (await call('POST', definitions, definition('betas', 'Same'))).body;
  assert.deepEqual(conditions(betas), {
    NamesAccepted: 'False ListKindConflict: "SameList" is already in use',
    Established: 'False NotAccepted: not all names are accepted',
  });
  assert.equal(betas.status.acceptedNames.plural, 'betas');
  const gammas = (await call('POST', definitions, definition('gammas', 'Gamma', ['sm']))).body;
  assert.equal(conditions(gammas).NamesAccepted, 'False ShortNamesConflict: "sm" is already in use');
  assert.equal((await call('GET', '/apis/example.com/v1/betas')).status, 404);
  assert.equal((await call('GET', '/apis/example.com/v1/alphas')).status, 200);
  await call('DELETE', `${definitions}/alphas.example.com`);
  await server.until('the names are accepted', async () => {
    const { status } = await call('GET', '/apis/example.com/v1/betas');
    return status === 200 && (await call('GET', '/apis/example.com/v1/gammas')).status === 200;
  });
  assert.equal(
    conditions((await call('GET', `${definitions}/betas.example.com`)).body).NamesAccepted,
    'True NoConflicts: no conflicts found',
  );
});

/** A server over a store that commits together what is written in one turn of the event loop, as the SQLite store does. */
async function withGroupCommit() {
  const clock = new SteppedClock();
  const commits: number[] = [];
  const store = new MvccStore({
    clock,
    state: new MvccState(),
    journal: {
      used: 0,
      tight: false,
      append: (writes, ended) => {
        commits.push(writes.length);
        void clock.turn().then(() => ended());
      },
      gather: (flush) => void clock.turn().then(flush),
      forget: async () => {},
      shrink: async () => {},
      size: async () => 0,
      close: async () => {},
    },
  });
  return { ...(await simCluster({ apiServer: { store }, clock })), commits };
}

test('of definitions that claim a name in the same moment exactly one is accepted', async () => {
  const { call, commits } = await withGroupCommit();
  const claims = (group: string) =>
    ['alphas', 'betas', 'gammas'].map((plural) => {
      const made = definition(plural, 'Same', ['sm']);
      return { ...made, metadata: { name: `${plural}.${group}` }, spec: { ...made.spec, group } };
    });
  const all = [...claims('example.com'), ...claims('example.org')];
  const made = await Promise.all(all.map((one) => call('POST', definitions, one)));
  assert.deepEqual(
    made.map(({ body }) => conditions(body).NamesAccepted),
    Array(2)
      .fill([
        'True NoConflicts: no conflicts found',
        ...Array(2).fill('False ListKindConflict: "SameList" is already in use'),
      ])
      .flat(),
  );
  // Definitions of different groups do not wait for each other.
  assert.ok(commits.some((writes) => writes > 1));
  for (const plural of ['betas', 'gammas'])
    assert.equal((await call('GET', `/apis/example.com/v1/${plural}`)).status, 404);
  const failed = await call('POST', definitions, all[0]);
  assert.equal(failed.status, 409);
  const next = await call('POST', definitions, definition('deltas', 'Delta'));
  assert.equal(conditions(next.body).NamesAccepted, 'True NoConflicts: no conflicts found');
});

test('an established kind keeps its names when it asks for those of another', async () => {
  const { call } = await simCluster();
  await call('POST', definitions, definition('alphas', 'Alpha', ['al']));
  await call('POST', definitions, definition('betas', 'Beta', ['be']));
  const { body } = await call(
    'PATCH',
    `${definitions}/betas.example.com`,
    { spec: { names: { shortNames: ['al'] } } },
    merge,
  );
  assert.equal(conditions(body).NamesAccepted, 'False ShortNamesConflict: "al" is already in use');
  assert.match(conditions(body).Established!, /^True/);
  assert.deepEqual(body.status.acceptedNames.shortNames, ['be']);
  const { resources } = (await call('GET', '/apis/example.com/v1')).body;
  const shown = resources.find(({ name }: { name: string }) => name === 'betas');
  assert.deepEqual(shown.shortNames, ['be']);
});

test('a definition that is being deleted is Terminating and takes no new objects', async () => {
  const server = await simCluster();
  const { call } = server;
  await call('POST', definitions, definition('alphas', 'Alpha'));
  const object = (name: string, finalizers: readonly string[]) => ({
    apiVersion: 'example.com/v1',
    kind: 'Alpha',
    metadata: { name, finalizers },
  });
  await call('POST', '/apis/example.com/v1/alphas', object('held', ['example.com/f']));
  const path = `${definitions}/alphas.example.com`;
  const deleted = (await call('DELETE', path)).body;
  assert.match(conditions(deleted).Terminating ?? '', /^True InstanceDeletion/, JSON.stringify(deleted));
  const refused = await call('POST', '/apis/example.com/v1/alphas', object('late', []));
  assert.deepEqual(
    [refused.status, refused.body.message],
    [
      403,
      'alphas.example.com "late" is forbidden: create not allowed while custom resource definition is terminating',
    ],
  );
  await server.until('deletion has begun', async () => {
    const { body } = await call('GET', path);
    return (
      conditions(body).Terminating ===
      'True InstanceDeletionInProgress: CustomResource deletion is in progress'
    );
  });
  await server.until(
    'it takes too long',
    async () =>
      conditions((await call('GET', path)).body).Terminating?.startsWith('True InstanceDeletionCheck: '),
    1_000,
  );
  await call('PATCH', '/apis/example.com/v1/alphas/held', { metadata: { finalizers: null } }, merge);
  await server.until('the definition is gone', async () => (await call('GET', path)).status === 404, 1_000);
});
