// Two nodes whose pods reach each other by VXLAN: large packets, much data, Services and names, policies that see who asks.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { exec } from '../../src/kit/exec.ts';
import { eventually } from '../support/eventually.ts';
import { main, PodScene, pod } from '../support/pod-scene.ts';

const NAME = 'tph-e2e-vxlan';
const MIB = 50;

describe('pods on two nodes with --pod-network vxlan', () => {
  let scene: PodScene;
  let address: string;
  const nodes = [NAME, `${NAME}-2`];
  const inside = (node: string, ...command: string[]) =>
    exec(['nsenter', `--net=/run/tiphys/ns/${NAME}.${node}.net`, '--', ...command]);
  const device = async (node: string) => /tph\d+tunnel/.exec(await inside(node, 'ip', 'link'))![0];
  const inPod = (name: string, ...words: string[]) => scene.cluster.tryKubectl('exec', name, '--', ...words);
  const answers = async (name: string, host: string) =>
    (await inPod(name, 'timeout', '3', 'wget', '-qO-', `http://${host}/name`)).stdout;

  before(async () => {
    scene = await PodScene.start(NAME, ['--pod-network', 'vxlan'], 2);
    const serve = `mkdir /www; hostname > /www/name; dd if=/dev/zero of=/www/large bs=1M count=${MIB}; httpd -f -h /www`;
    const client = (name: string, nodeName: string) =>
      pod(name, { nodeName, containers: main('sleep 1d') }, { labels: { role: name } });
    await scene.create(
      pod('web', { nodeName: nodes[1], containers: main(serve) }, { labels: { app: 'web' } }),
      client('friend', nodes[0]!),
      client('stranger', nodes[0]!),
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web' },
        spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
      },
    );
    for (const name of ['web', 'friend', 'stranger']) await scene.phase(name, 'Running');
    address = (await scene.status('web')).podIP!;
  });
  after(() => scene?.down());

  test('reach each other by address and by a Service’s name, through the tunnel alone', async () => {
    for (const host of [address, 'web'])
      await eventually(host, async () => (await answers('friend', host)) === 'web\n');
    const ways = await inside(nodes[0]!, 'ip', 'route', 'get', address);
    assert.match(ways, new RegExp(`dev ${await device(nodes[0]!)}`));
  });

  test('have interfaces of the tunnel’s size, and much data passes in both directions', async () => {
    const link = (await inPod('friend', 'ip', 'link', 'show', 'eth0')).stdout;
    assert.match(link, /mtu 1450/);
    const read = ['sh', '-c', `wget -qO- http://${address}/large | wc -c`];
    assert.equal((await inPod('friend', ...read)).stdout.trim(), String(MIB << 20));
    const echo = await inPod('friend', 'ping', '-c1', '-W2', '-s', '1422', address);
    assert.equal(echo.code, 0, echo.stdout);
  });

  test('are told apart by policies', async () => {
    const allow = { podSelector: { matchLabels: { role: 'friend' } } };
    await scene.create({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'friends' },
      spec: { podSelector: { matchLabels: { app: 'web' } }, ingress: [{ from: [allow] }] },
    });
    await eventually('the stranger is kept out', async () => (await answers('stranger', address)) === '');
    assert.equal(await answers('friend', address), 'web\n');
    await scene.cluster.kubectl('delete', 'networkpolicy', 'friends');
    await eventually('the stranger is let in', async () => (await answers('stranger', address)) === 'web\n');
  });

  test('lose nothing while the node agent is started anew', async () => {
    const { nodeAgent } = scene.cluster.processes();
    const echoes = inside(nodes[0]!, 'busybox', 'ping', '-i', '0.05', '-c', '200', '-q', address);
    process.kill(nodeAgent, 'SIGKILL');
    await eventually('another agent', () => scene.cluster.processes().nodeAgent !== nodeAgent);
    assert.match(await echoes, /200 packets received, 0% packet loss/);
    await eventually('an answer', async () => (await answers('friend', 'web')) === 'web\n');
  });
});
