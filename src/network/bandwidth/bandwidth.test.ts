import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { Bandwidth } from './bandwidth.ts';
import { limitsOf } from './limits.ts';
import { fromPod, leftBehind, towardsPod } from './shaping.ts';

const pod = (annotations: Record<string, string>, uid = 'u'): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'd', uid, annotations },
});
const both = { 'kubernetes.io/ingress-bandwidth': '10M', 'kubernetes.io/egress-bandwidth': '1.5M' };

test('limits are amounts of bits a second, from 1k to 1P', () => {
  assert.deepEqual(limitsOf(pod(both)), { ingress: 10_000_000, egress: 1_500_000 });
  assert.equal(limitsOf(pod({ other: '1M' })), undefined);
  const ingress = (text: string) => limitsOf(pod({ 'kubernetes.io/ingress-bandwidth': text }))?.ingress;
  assert.deepEqual(
    ['1k', '1P', '1Ki', '1e6', '999', '1001T', '-1M', '0', 'fast', '1M; reboot'].map(ingress),
    [1e3, 1e15, 1024, 1e6, ...Array.from({ length: 6 }, () => undefined)],
  );
});

test('a bucket holds what a twentieth of a second brings, and one write of the kernel at least', () => {
  assert.equal(
    towardsPod('veth00000001', 100_000_000),
    'qdisc replace dev veth00000001 root tbf rate 100000000bit burst 625000 latency 100ms\n',
  );
  assert.match(towardsPod('veth00000001', 1_000), / rate 1000bit burst 65536 /);
});

test('what comes from the pod is led to a device of its own', () => {
  const { ip, tc } = fromPod('veth0000000a', 1_000_000);
  assert.equal(ip, 'link add ifb0000000a type ifb\nlink set ifb0000000a up\n');
  assert.match(tc, /^qdisc add dev ifb0000000a root tbf rate 1000000bit /);
  assert.match(tc, /filter add dev veth0000000a parent ffff: .* redirect dev ifb0000000a\n$/);
});

test('devices whose link is gone are left behind; others’ devices are not', () => {
  assert.deepEqual(leftBehind(['lo', 'ifb0', 'ifb0000000a', 'ifb0000000b', 'veth0000000a', 'ifbeth0']), [
    'ifb0000000b',
  ]);
});

describe('a node', () => {
  let results: string;
  let commands: string[];
  let links: string[];
  let failures: string[];
  let broken: string | undefined;
  let bandwidth: Bandwidth;
  beforeEach(async () => {
    results = await mkdtemp(join(tmpdir(), 'cni-'));
    [commands, links, failures, broken] = [[], ['lo', 'cni0', 'veth0000000a'], [], undefined];
    bandwidth = new Bandwidth({
      results,
      exec: async (command, options) => {
        if (command.includes('-json')) return JSON.stringify(links.map((ifname) => ({ ifname })));
        const lines = (options?.input ?? '')
          .trim()
          .split('\n')
          .map((line) => `${command[0]} ${line}`);
        if (broken && lines.some((line) => line.includes(broken!)))
          throw new Error('Operation not supported');
        for (const line of lines) {
          const [, added] = /^ip link add (\S+)/.exec(line) ?? [];
          if (added) links.push(added);
          commands.push(line.split(' ').slice(0, 6).join(' '));
        }
        return '';
      },
      onFailure: (_, message) => failures.push(message),
    });
    const interfaces = [
      { name: 'cni0' },
      { name: 'veth0000000a' },
      { name: 'eth0', sandbox: '/run/netns/x' },
    ];
    await writeFile(join(results, 'net-s1-eth0'), JSON.stringify({ result: { interfaces } }));
  });
  afterEach(() => rm(results, { recursive: true }));

  test('limits both directions once for a sandbox, before the pod may start', async () => {
    bandwidth.joined(pod(both), 's1');
    await bandwidth.ready();
    const expected = [
      'tc qdisc replace dev veth0000000a root',
      'ip link add ifb0000000a type ifb',
      'ip link set ifb0000000a up',
      'tc qdisc add dev ifb0000000a root',
      'tc qdisc add dev veth0000000a handle',
      'tc filter add dev veth0000000a parent',
    ];
    assert.deepEqual(commands, expected);
    bandwidth.joined(pod(both), 's1');
    await bandwidth.ready();
    assert.deepEqual(commands, expected);
    assert.deepEqual(failures, []);
  });

  test('does nothing for pods without limits', async () => {
    bandwidth.joined(pod({}), 's1');
    await bandwidth.ready();
    assert.deepEqual(commands, []);
  });

  test('keeps the device of an earlier process, and removes that of a pod that is gone', async () => {
    links.push('ifb0000000a', 'ifb0000000b');
    bandwidth.joined(pod(both), 's1');
    await bandwidth.ready();
    assert.deepEqual(commands, ['ip link del ifb0000000b', 'tc qdisc replace dev veth0000000a root']);
    links = ['lo', 'ifb0000000a'];
    commands = [];
    bandwidth.left('u');
    await bandwidth.ready();
    await bandwidth.ready();
    assert.deepEqual(commands, ['ip link del ifb0000000a']);
  });

  test('limits the direction that the kernel can, and says which one it cannot', async () => {
    broken = 'type ifb';
    bandwidth.joined(pod(both), 's1');
    await bandwidth.ready();
    assert.deepEqual(commands, ['tc qdisc replace dev veth0000000a root']);
    assert.deepEqual(failures, ["The pod's egress bandwidth is not limited: Operation not supported"]);
    bandwidth.joined(pod(both, 'v'), 's2');
    await bandwidth.ready();
    assert.match(failures[1]!, /bandwidth is not limited: the link of its sandbox is not known/);
  });
});
