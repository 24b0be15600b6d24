// The matrix of address families, for a cluster of two nodes: every way from pods and from a node to a server, over TCP and UDP, of each
// family that the cluster has, and nothing of one that it does not have. A file of test/e2e/ for each set of families runs it.
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readRecord } from '../../../src/cluster/state/registry.ts';
import { writeArchive } from '../../../src/cri/image/archive.ts';
import { exec } from '../../../src/kit/exec.ts';
import { startTestCluster, type TestCluster } from '../cluster.ts';
import { eventually } from '../eventually.ts';
import { speakerImage } from '../speaker-image.ts';
import { FAMILIES, type Family, familyOf, pod, reached, scene, service, shown, ways } from './scene.ts';

const policy = (name: string, spec: object) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name },
  spec,
});
const server = { podSelector: { matchLabels: { app: 'server' } } };

export async function loadSpeaker(cluster: TestCluster): Promise<void> {
  const archive = join(cluster.directory, 'speaker.tar');
  await writeFile(archive, await writeArchive(speakerImage()));
  await cluster.tiphys('image', 'load', '--name', cluster.name, archive);
  await rm(archive);
}

export function matrix(name: string, families: readonly Family[]): void {
  describe(`a cluster of ${families.join(' and ')}`, () => {
    let cluster: TestCluster;

    const apply = (...items: object[]) =>
      cluster.kubectlWith(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }), 'apply', '-f', '-');
    const refused = async (object: object) =>
      cluster.kubectlWith(JSON.stringify(object), 'create', '-f', '-').then(
        () => 'nothing was refused',
        (error: Error) => error.message,
      );
    const inPod = (pod: string, ...words: string[]) => cluster.kubectl('exec', pod, '--', ...words);
    const ready = () => cluster.kubectl('wait', '--for=condition=Ready', '--timeout=60s', 'pod', '--all');

    /** From that pod exactly the ways `wanted` of a family lead to a server. */
    const expect = async (
      from: string,
      family: Family,
      wanted: (way: string) => boolean,
      among: (way: string) => boolean = () => true,
    ) => {
      const every = Object.entries(ways(family, await shown(cluster)));
      const all = Object.fromEntries(every.filter(([way]) => among(way)));
      let found: string[] = [];
      const same = async () => {
        found = await reached(cluster, from, all);
        return found.join() === Object.keys(all).filter(wanted).join();
      };
      await eventually('the ways', same).catch(() =>
        assert.deepEqual(found, Object.keys(all).filter(wanted), `${family} from ${from}`),
      );
    };

    before(async () => {
      cluster = await startTestCluster({ name, nodes: 2, flags: ['--ip-families', families.join()] });
      await loadSpeaker(cluster);
      await apply(...scene(cluster.nodes));
      await ready();
    });
    after(() => (cluster?.running() ? cluster.down() : undefined));

    test('nodes, pods and Services have an address of each family, in this order', async () => {
      const { pods, nodes, clusterIPs } = await shown(cluster);
      for (const addresses of [...Object.values(pods), ...nodes, clusterIPs])
        assert.deepEqual(addresses.map(familyOf), families);
      const slices = await cluster.kubectl(
        ...['get', 'endpointslices', '-l', 'kubernetes.io/service-name=all'],
        ...['-o', 'jsonpath={.items[*].addressType}'],
      );
      assert.deepEqual(slices.split(' ').sort(), [...families].sort());
      const ranges = await cluster.kubectl(
        'get',
        'node',
        cluster.nodes[1]!,
        '-o',
        'jsonpath={.spec.podCIDRs}',
      );
      assert.deepEqual((JSON.parse(ranges) as string[]).map(familyOf), families);
      const { clusterIP } = JSON.parse(await cluster.kubectl('get', 'svc', 'kubernetes', '-o', 'json')).spec;
      assert.equal(familyOf(clusterIP), families[0]);
    });

    test('a pod sees its addresses and its node’s, in the environment and in /etc/hosts, and asks DNS over the first family', async () => {
      const { pods, nodes } = await shown(cluster);
      const seen = await inPod('near', 'sh', '-c', 'echo $POD_IPS $HOST_IPS');
      assert.equal(seen.trim(), `${pods.near!.join()} ${nodes[0]!.join()}`);
      const hosts = await inPod('near', 'cat', '/etc/hosts');
      for (const ip of pods.near!) assert.ok(hosts.includes(`${ip}\tnear\n`), hosts);
      const [, nameserver = ''] = /nameserver (\S+)/.exec(await inPod('near', 'cat', '/etc/resolv.conf'))!;
      assert.equal(familyOf(nameserver), families[0]);
    });

    test('a pod reaches the API server by its name, with a certificate for its address', async () => {
      assert.match(await inPod('client', 'node', '/api.js', '/version'), /"gitVersion": *"v1\.36/);
      const script = `require('https').get({ host: process.env.KUBERNETES_SERVICE_HOST, path: '/version', agent: false,
          ca: require('fs').readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/ca.crt') },
          (answer) => console.log(answer.statusCode));`;
      assert.equal((await inPod('client', 'node', '-e', script)).trim(), '200');
    });

    for (const family of FAMILIES)
      if (families.includes(family)) {
        test(`every way of ${family} leads from pods and from a node to a server`, async () => {
          for (const from of ['client', 'stranger']) await expect(from, family, () => true);
          await expect('node', family, (way) => !way.includes('name'));
        });

        test(`a policy holds for ${family}, and a new pod that it allows finds its neighbours`, async () => {
          const only = (app: string) => [{ from: [{ podSelector: { matchLabels: { app } } }] }];
          await apply(policy('deny', server));
          await expect('client', family, () => false);
          await expect('stranger', family, () => false);
          await apply(
            policy('deny', { ...server, ingress: only('friend') }),
            ...cluster.nodes.map((node, i) =>
              pod(`friend${i}`, node, { app: 'friend', command: ['sleep', '100000'] }),
            ),
          );
          await ready();
          // What comes by a node port may have the address of a node, which is no pod's.
          for (const from of ['friend0', 'friend1'])
            await expect(
              from,
              family,
              () => true,
              (way) => !way.includes('node port'),
            );
          await expect('stranger', family, () => false);
          await cluster.kubectl('delete', 'pod', 'friend0', 'friend1');
          await cluster.kubectl('delete', 'netpol', 'deny');
          await expect('stranger', family, () => true);
        });
      } else {
        test(`there is nothing of ${family}, and Services that want it are refused`, async () => {
          await expect('client', family, () => false);
          const other = await refused(service('other', { ipFamilies: [family] }));
          const words = `spec.ipFamilies[0]: Invalid value: "${family}": not configured on this cluster`;
          assert.ok(other.includes(words), other);
          assert.match(
            await refused(service('other', { ipFamilyPolicy: 'RequireDualStack' })),
            /spec\.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services/,
          );
        });
      }

    if (families.length === 2)
      test('a Service gives up its second family, and gets it again', async () => {
        const patch = (policy: string) =>
          cluster.kubectl('patch', 'svc', 'all', '-p', JSON.stringify({ spec: { ipFamilyPolicy: policy } }));
        const [one, two] = families as [Family, Family];
        await patch('SingleStack');
        await eventually('one slice', async () => {
          const words = ['get', 'endpointslices', '-l', 'kubernetes.io/service-name=all', '-o', 'name'];
          return (await cluster.kubectl(...words)).trim().split('\n').length === 1;
        });
        const gone = (way: string) => !/cluster IP|node port|name of a Service/.test(way);
        await expect('client', two, gone);
        await expect('client', one, () => true);
        await patch('RequireDualStack');
        await expect('client', two, () => true);
      });

    test('down leaves nothing of either family', async () => {
      const { index } = readRecord(name)!;
      await cluster.down();
      const [links, routes, tables] = await Promise.all([
        exec(['ip', '-o', 'link']),
        Promise.all(['-4', '-6'].map((family) => exec(['ip', family, 'route']))),
        exec(['/usr/sbin/nft', 'list', 'tables']),
      ]);
      assert.doesNotMatch(links, new RegExp(`tph${index}(n\\d+)?[:@]`));
      assert.doesNotMatch(routes.join('\n'), new RegExp(`dev tph${index}\\b`));
      assert.doesNotMatch(tables, new RegExp(` tiphys-${name}$`, 'm'));
    });
  });
}
