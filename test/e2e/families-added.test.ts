// A cluster of IPv4 that has data is started again with both families: its Nodes, Services and new pods have the second one, and it leads
// from node to node. Another first family is refused.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';
import { loadSpeaker } from '../support/dual-stack/matrix.ts';
import { pod, reached, service } from '../support/dual-stack/scene.ts';

const NAME = 'tph-e2e-added';

describe('a cluster of IPv4 that has data', () => {
  let cluster: TestCluster;

  const apply = (...items: object[]) =>
    cluster.kubectlWith(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }), 'apply', '-f', '-');
  const get = async (...words: string[]) => JSON.parse(await cluster.kubectl('get', ...words, '-o', 'json'));
  const start = (families: string) =>
    cluster.tiphys(
      ...['up', '--name', NAME, '--detach', '--isolated', '--nodes', '2', '--ip-families', families],
      ...[
        '--data-dir',
        join(cluster.directory, 'data'),
        '--kubeconfig',
        join(cluster.directory, 'kubeconfig'),
      ],
    );

  before(async () => {
    cluster = await startTestCluster({ name: NAME, nodes: 2 });
    await loadSpeaker(cluster);
    await apply(service('all', { ipFamilyPolicy: 'PreferDualStack' }));
    await cluster.kubectl('label', 'node', cluster.nodes[1]!, 'disk=fast');
    await cluster.tiphys('down', '--name', NAME);
  });
  after(() => (cluster?.running() ? cluster.down() : undefined));

  test('does not start with another first family', async () => {
    await assert.rejects(start('IPv6'), /give --ip-families IPv4, or IPv4,IPv6/);
  });

  test('gets the second one: pods reach each other from node to node, Services once they are changed', async () => {
    await start('IPv4,IPv6');
    const { metadata, spec } = await get('node', cluster.nodes[1]!);
    assert.equal(spec.podCIDRs.length, 2);
    assert.equal(metadata.labels.disk, 'fast');
    await apply(
      pod('client', cluster.nodes[0]!, { command: ['sleep', '100000'] }),
      pod('far', cluster.nodes[1]!, { app: 'server' }),
    );
    await cluster.kubectl('wait', '--for=condition=Ready', '--timeout=60s', 'pod', '--all');
    const [four, six] = (await get('pod', 'far')).status.podIPs.map(({ ip }: { ip: string }) => ip);
    const before = (await get('svc', 'all')).spec.clusterIPs;
    assert.equal(before.length, 1, 'nobody has changed it');
    await cluster.kubectl('patch', 'svc', 'all', '-p', '{"spec":{"ipFamilyPolicy":"RequireDualStack"}}');
    const ways = {
      four: `tcp:${four}:8080`,
      six: `tcp:[${six}]:8080`,
      'first address': `tcp:${before[0]}:80`,
      name: 'tcp6:all:80',
    };
    await cluster.kubectl('wait', 'svc', 'all', '--for=jsonpath={.spec.ipFamilies[1]}=IPv6', '--timeout=10s');
    assert.deepEqual(await reached(cluster, 'client', ways), Object.keys(ways));
  });

  test('starts with the one family again', async () => {
    await cluster.tiphys('down', '--name', NAME);
    await start('IPv4');
    assert.deepEqual((await get('node', cluster.nodes[0]!)).spec.podCIDRs.length, 1);
    await cluster.down();
  });
});
