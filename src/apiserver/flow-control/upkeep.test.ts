import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';

const SCHEMAS = '/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas';
const LEVELS = '/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations';
const ANNOTATION = 'apf.kubernetes.io/autoupdate-spec';
const MERGE = { headers: { 'content-type': 'application/merge-patch+json' } };

describe('the upkeep of built-in flow control', () => {
  let server: SimCluster;
  beforeEach(async () => {
    server = await simCluster();
  });

  const get = (path: string) => server.call('GET', path);
  const patch = async (path: string, change: object) => {
    const { status, body } = await server.call('PATCH', path, JSON.stringify(change), MERGE);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  const aMinute = () => server.clock.step(61_000);
  const shares = async (name: string) =>
    (await get(`${LEVELS}/${name}`)).body.spec.limited.nominalConcurrencyShares;

  it('creates deleted objects again, mandatory and suggested ones', async () => {
    const paths = [
      `${SCHEMAS}/exempt`,
      `${SCHEMAS}/catch-all`,
      `${LEVELS}/exempt`,
      `${LEVELS}/catch-all`,
      `${LEVELS}/workload-low`,
      `${SCHEMAS}/service-accounts`,
    ];
    const before = await Promise.all(paths.map(get));
    for (const path of paths) await server.call('DELETE', path);
    await aMinute();
    const after = await Promise.all(paths.map(get));
    for (const [i, { status, body }] of after.entries()) {
      assert.equal(status, 200, paths[i]);
      assert.deepEqual(body.spec, before[i]!.body.spec);
      assert.notEqual(body.metadata.uid, before[i]!.body.metadata.uid);
      assert.equal(body.metadata.annotations[ANNOTATION], 'true');
    }
  });

  it('mends a suggested spec unless its annotation forbids it', async () => {
    const path = `${LEVELS}/workload-low`;
    await patch(path, { spec: { limited: { nominalConcurrencyShares: 7 } } });
    await aMinute();
    assert.equal(await shares('workload-low'), 100);
    await patch(path, {
      metadata: { annotations: { [ANNOTATION]: 'false' } },
      spec: { limited: { nominalConcurrencyShares: 7 } },
    });
    await aMinute();
    assert.equal(await shares('workload-low'), 7);
  });

  it('without the annotation, a spec that was changed stays and is annotated so', async () => {
    const path = `${LEVELS}/workload-low`;
    await patch(path, {
      metadata: { annotations: { [ANNOTATION]: null } },
      spec: { limited: { nominalConcurrencyShares: 7 } },
    });
    await aMinute();
    const { body } = await get(path);
    assert.deepEqual(
      [body.spec.limited.nominalConcurrencyShares, body.metadata.annotations[ANNOTATION]],
      [7, 'false'],
    );
    await patch(`${SCHEMAS}/exempt`, { metadata: { annotations: { [ANNOTATION]: 'false' } } });
    await aMinute();
    assert.equal((await get(`${SCHEMAS}/exempt`)).body.metadata.annotations[ANNOTATION], 'true');
  });

  it('shares of the exempt level stay', async () => {
    await patch(`${LEVELS}/exempt`, { spec: { exempt: { nominalConcurrencyShares: 3 } } });
    await aMinute();
    assert.equal((await get(`${LEVELS}/exempt`)).body.spec.exempt.nominalConcurrencyShares, 3);
  });

  it('deletes an annotated object that is not built in, and nothing else', async () => {
    const aLevel = (name: string, annotations: object) =>
      server.call('POST', LEVELS, {
        apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
        kind: 'PriorityLevelConfiguration',
        metadata: { name, annotations },
        spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } },
      });
    await aLevel('of-an-older-version', { [ANNOTATION]: 'true' });
    await aLevel('own', {});
    await aMinute();
    assert.equal((await get(`${LEVELS}/of-an-older-version`)).status, 404);
    assert.equal((await get(`${LEVELS}/own`)).status, 200);
  });

  it('does not write what is as it should be', async () => {
    await aMinute();
    const versions = async () => {
      const lists = await Promise.all([get(LEVELS), get(SCHEMAS)]);
      const items: { metadata: { resourceVersion: string } }[] = lists.flatMap(({ body }) => body.items);
      return items.map(({ metadata }) => metadata.resourceVersion);
    };
    const before = await versions();
    await aMinute();
    assert.deepEqual(await versions(), before);
  });
});
