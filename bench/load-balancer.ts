// Addresses of a pool on three nodes, seen by a machine beside them: how long after a Service it has an answer, and how long after the
// link of the announcing node is cut it has the next one. The pod runs on a node whose link stays.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeArchive } from '../src/cri/image/archive.ts';
import { systemClock } from '../src/kit/clock.ts';
import { exec } from '../src/kit/exec.ts';
import { announcingNodes, holdersOf } from '../test/support/announced/announcing-nodes.ts';
import { failover, outsideClient } from '../test/support/announced/outside-client.ts';
import { startTestCluster } from '../test/support/cluster.ts';
import { eventually } from '../test/support/eventually.ts';
import { speakerImage } from '../test/support/speaker-image.ts';
import { figure, median, percentile } from './support/figure.ts';

const NAME = 'tph-bench-lb';
const ROUNDS = 10;
const SERVICES = 8;

const isPooled = (address: string) => address.startsWith('192.0.2.');
const scratch = mkdtempSync(join(tmpdir(), 'bench-lb-'));
const cluster = await startTestCluster({
  name: NAME,
  nodes: 3,
  flags: ['--load-balancer-pool', '192.0.2.0/24'],
});
const client = await outsideClient(NAME, ['192.0.2.0/24']);
try {
  const archive = join(scratch, 'speaker.tar');
  writeFileSync(archive, await writeArchive(speakerImage()));
  await cluster.tiphys('image', 'load', '--name', NAME, archive);
  const apply = (object: object) => cluster.kubectlWith(JSON.stringify(object), 'apply', '-f', '-');
  await apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'who', labels: { app: 'who' } },
    spec: { nodeName: NAME, containers: [{ name: 'main', image: 'speaker:1' }] },
  });
  await cluster.kubectl('wait', '--for=condition=Ready', '--timeout=60s', 'pod/who');

  const firsts: number[] = [];
  for (let i = 1; i <= SERVICES; i++) {
    const asking = client.ask(`192.0.2.${i}`, 80);
    const from = systemClock.now();
    await apply({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `s${i}` },
      spec: { type: 'LoadBalancer', selector: { app: 'who' }, ports: [{ port: 80, targetPort: 8080 }] },
    });
    firsts.push((await asking.next()).asked - from);
    asking.stop();
  }
  figure('lb.first_answer_ms', median(firsts), 'ms');

  const [address, holder] = await eventually('an address on another node than the pod', async () => {
    const others = (await announcingNodes(NAME)).filter(({ name }) => name !== NAME);
    const found = others.find(({ addresses }) => addresses.some(isPooled));
    return found && ([found.addresses.find(isPooled)!, found] as const);
  });
  const gaps: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const asking = client.ask(address, 80);
    gaps.push(await failover(asking, () => exec(['ip', 'link', 'set', holder.link, 'down'])));
    asking.stop();
    await exec(['ip', 'link', 'set', holder.link, 'up']);
    await eventually('its return', async () => (await holdersOf(NAME, address))[0]?.name === holder.name);
  }
  figure('lb.failover_ms', median(gaps), 'ms');
  figure('lb.failover_longest_ms', percentile(gaps, 1), 'ms');
} finally {
  await client.remove();
  await cluster.down();
  rmSync(scratch, { recursive: true, force: true });
}
