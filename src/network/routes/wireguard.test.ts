import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Endpoint } from './annotation.ts';
import { keysIn } from './identity/wireguard-key.ts';
import { aPeer, RoutesScene, SELF } from './scene.fake.ts';
import { configurationOf } from './wireguard.ts';

async function directory(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'wg-'));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

const wireguardEnd = (address: string, letter: string): Endpoint => ({
  backend: 'wireguard',
  address,
  id: `${letter.repeat(42)}A=`,
});

test('each node is one peer with all of its ranges', () => {
  const ends = [
    { endpoint: wireguardEnd('192.0.2.2', 'b'), ranges: ['10.1.1.0/24', 'fd00:1:0:1::/64'] },
    { endpoint: wireguardEnd('2001:db8::3', 'c'), ranges: ['10.1.2.0/24'] },
  ];
  assert.equal(
    configurationOf('secret', ends),
    `[Interface]
PrivateKey = secret
ListenPort = 51872

[Peer]
PublicKey = ${'b'.repeat(42)}A=
Endpoint = 192.0.2.2:51872
AllowedIPs = 10.1.1.0/24, fd00:1:0:1::/64

[Peer]
PublicKey = ${'c'.repeat(42)}A=
Endpoint = [2001:db8::3]:51872
AllowedIPs = 10.1.2.0/24
`,
  );
});

test('nodes on the same link get a tunnel, too, and one without an end is closed rather than open', async (t) => {
  const keyFile = join(await directory(t), 'wireguard.key');
  const scene = new RoutesScene({ mode: 'wireguard', keyFile });
  const ranges = ['10.1.1.0/24'];
  await scene.with(SELF, aPeer('near', { ranges, addresses: ['192.0.2.2'] }));
  assert.deepEqual(scene.routes, { '10.1.1.0/24': 'unreachable' });
  const end = wireguardEnd('192.0.2.2', 'b');
  await scene.with(SELF, aPeer('near', { ranges, addresses: ['192.0.2.2'], end }));
  assert.deepEqual(scene.routes, { '10.1.1.0/24': 'dev tunnel' });
  assert.match(scene.kernel.wireguard, /^AllowedIPs = 10\.1\.1\.0\/24$/m);
  assert.equal(scene.kernel.links.get('tunnel')?.mtu, 1440);
  const { publicKey, privateKey } = await keysIn(keyFile);
  assert.ok(scene.published.at(-1)?.includes(publicKey));
  assert.ok(!scene.published.at(-1)?.includes(privateKey));
});

test('a node that changes from VXLAN to WireGuard makes its device anew', async (t) => {
  const keyFile = join(await directory(t), 'wireguard.key');
  const scene = new RoutesScene({ mode: 'wireguard', keyFile });
  const { exec } = scene.kernel;
  const input =
    'link add tunnel mtu 1450 address 02:00:00:00:00:01 type vxlan id 117 local 192.0.2.1 dstport 8472 nolearning\n';
  await exec(['ip', '-batch', '-'], { input });
  await scene.sync();
  assert.equal(scene.kernel.links.get('tunnel')?.kind, 'wireguard');
});

test('a node that says another’s key is its own does not have the other’s tunnel, however old it is', async (t) => {
  const place = await directory(t);
  const scene = new RoutesScene({ mode: 'wireguard', keyFile: join(place, 'own.key') });
  const { publicKey: id, proofFor } = await keysIn(join(place, 'victim.key'));
  const end = (address: string, proof?: string): Endpoint => ({
    ...{ backend: 'wireguard', address, id },
    ...(proof && { proof }),
  });
  const victim = aPeer('victim', {
    ...{ ranges: ['10.1.2.0/24'], addresses: ['198.51.100.3'], created: '2026-02-01T00:00:00Z' },
    end: end('198.51.100.3', proofFor('victim')),
  });
  for (const proof of [undefined, proofFor('victim')]) {
    const thief = aPeer('thief', {
      ...{ ranges: ['10.1.1.0/24'], addresses: ['192.0.2.2'], created: '2026-01-01T00:00:00Z' },
      end: end('192.0.2.2', proof),
    });
    await scene.with(SELF, thief, victim);
    assert.deepEqual(scene.routes, { '10.1.2.0/24': 'dev tunnel' });
    assert.match(scene.kernel.wireguard, /^Endpoint = 198\.51\.100\.3:/m);
    assert.doesNotMatch(scene.kernel.wireguard, /192\.0\.2\.2|10\.1\.1\.0/);
  }
});
