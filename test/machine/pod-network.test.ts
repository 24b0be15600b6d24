// Routes and tunnels between nodes on two segments with a router between them, in the kernel (support/pod-network/scene.ts).
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { exec } from '../../src/kit/exec.ts';

const program = (name: string) =>
  ['/usr/bin', '/usr/local/bin', '/usr/sbin'].some((folder) => existsSync(join(folder, name)));
const possible = process.getuid?.() === 0 && existsSync('/usr/bin/unshare') && existsSync('/usr/bin/busybox');
const BYTES = 20 * 1024 * 1024;

const scene = async (file: string) => {
  const path = new URL(`../support/pod-network/${file}`, import.meta.url).pathname;
  const node = [process.execPath, '--disable-warning=ExperimentalWarning'];
  return JSON.parse(await exec(['unshare', '--net', ...node, path]));
};

interface Seen {
  readonly oneSegment: { ways: string[]; mtu: number; tunnel: boolean };
  readonly twoSegments: { ways: string[]; mtus: number[] };
  readonly large: { echoes: boolean[]; bytes: number[]; from: string[]; fragments: number };
  readonly older: number;
  readonly restarts: { lost: string; same: boolean };
  readonly smaller: { echoes: boolean[]; bytes: number; fragments: number };
  readonly moved: { old: boolean };
  readonly overIPv6: { mtus: number[]; echoes: boolean[] };
  readonly replaced: { ways: string[]; tunnel: boolean };
  readonly left: string[];
}

const DIRECT = [
  '10.1.2.0/24 via 192.0.2.2 dev eth0 metric 7700',
  'fd00:1:0:2::/64 via 2001:db8:1::2 dev eth0 metric 7700 pref medium',
];

describe('between pods of both families', { skip: !possible && 'needs root and busybox-static' }, () => {
  let seen: Seen;
  before(async () => {
    seen = await scene('scene.ts');
  });

  test('on one segment there are routes and no tunnel, and packets are as large as the links take', () => {
    assert.deepEqual(seen.oneSegment, { ways: DIRECT, mtu: 1500, tunnel: false });
  });

  test('a node behind a router is reached by VXLAN, those on the segment directly as before', () => {
    const [near4, far4, near6, far6, ...more] = seen.twoSegments.ways;
    assert.deepEqual([near4, near6, more], [...DIRECT, []]);
    assert.equal(far4, '10.1.3.0/24 via 10.1.3.0 dev tunnel metric 7700 onlink');
    assert.match(far6!, /^fd00:1:0:3::\/64 via fe80::\S+ dev tunnel metric 7700/);
    assert.deepEqual(seen.twoSegments.mtus, [1450, 1450, 1450]);
  });

  test('the largest packets and 20 MiB pass the tunnel in one piece each, under the pods’ own addresses', () => {
    assert.deepEqual(seen.large, {
      echoes: [true, true, true, true],
      bytes: [BYTES, BYTES],
      from: ['10.1.1.2', 'fd00:1:0:1::2'],
      fragments: 0,
    });
  });

  test('a pod that has larger packets from the time before the tunnel learns what passes', () => {
    assert.equal(seen.older, BYTES);
  });

  test('while agents are started anew no echo is lost, and the entries are the same', () => {
    assert.deepEqual(seen.restarts, { lost: '0', same: true });
  });

  test('a link of 1400 bytes leaves 1350 to pods', () => {
    assert.deepEqual(seen.smaller, { echoes: [true, true], bytes: BYTES, fragments: 0 });
  });

  test('a node with another address is reached there, and nothing has the old one', () => {
    assert.equal(seen.moved.old, false);
  });

  test('tunnels over IPv6 leave pods 70 bytes less than the link takes', () => {
    assert.deepEqual(seen.overIPv6, { mtus: [1330, 1430], echoes: [true, true] });
  });

  test('a node of the same name on another segment is reached directly, and the last tunnel goes', () => {
    assert.equal(seen.replaced.tunnel, false);
    assert.equal(seen.replaced.ways.length, 4);
    assert.ok(seen.replaced.ways.includes('10.1.4.0/24 via 192.0.2.4 dev eth0 metric 7700'));
  });

  test('nothing is left when it is taken down', () => {
    assert.deepEqual(seen.left, []);
  });
});

interface Encrypted {
  readonly mtus: number[];
  readonly mute: boolean;
  readonly sent: { bytes: number; from: string };
  readonly key: { mode: number; length: number };
  readonly lost: string;
}

describe('by WireGuard, in the kernel or by wireguard-go', {
  skip: !(possible && program('wg') && program('wireguard-go')) && 'needs wireguard-tools and wireguard-go',
}, () => {
  let seen: Encrypted;
  before(async () => {
    seen = await scene('wireguard-scene.ts');
  });

  test('pods of all nodes reach each other, also after one has made a new key', () => {
    assert.deepEqual([seen.sent.bytes, seen.sent.from], [5 * 1024 * 1024, '10.1.1.2']);
  });

  test('packets are as large as fits', () => assert.deepEqual(seen.mtus, [1440, 1440, 1440]));

  test('a node without an end is not reached, rather than unencrypted', () => assert.equal(seen.mute, true));

  test('the secret of its keys is root’s alone', () =>
    assert.deepEqual(seen.key, { mode: 0o600, length: 'ed25519 '.length + 45 }));

  test('while agents are started anew no echo is lost', () => assert.equal(seen.lost, '0'));
});
