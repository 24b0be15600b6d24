import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { keysIn, proves } from './wireguard-key.ts';

async function directory(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'wg-'));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

test('a key is made once, for root alone, and read again afterwards', async (t) => {
  const file = join(await directory(t), 'node/wireguard.key');
  const keys = await keysIn(file);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.match(await readFile(file, 'utf8'), /^ed25519 [A-Za-z0-9+/]{43}=\n$/);
  const again = await keysIn(file);
  assert.deepEqual([again.privateKey, again.publicKey], [keys.privateKey, keys.publicKey]);
});

test('the public key is the one that `wg pubkey` gives', async (t) => {
  const file = join(await directory(t), 'wireguard.key');
  await writeFile(file, 'SOEwQiPsTklcpUtx5hpTEUJRqJv0U4Q3oRYvxn/0PX4=\n');
  const { publicKey, proofFor } = await keysIn(file);
  assert.equal(publicKey, '/cfT6570yrJj5pejhpAMKdS+pQiccFtmNT6+n4cYO0g=');
  // A key of an earlier version stays, and cannot sign.
  assert.equal(proofFor('n1'), undefined);
});

test('a file that holds no key is replaced', async (t) => {
  const file = join(await directory(t), 'wireguard.key');
  await writeFile(file, 'half a ke');
  await keysIn(file);
  assert.match(await readFile(file, 'utf8'), /^ed25519 /);
});

test('a proof holds for one key and one node, and is the holder’s to make', async (t) => {
  const place = await directory(t);
  for (let i = 0; i < 8; i++) {
    const [own, other] = await Promise.all([
      keysIn(join(place, `${i}.key`)),
      keysIn(join(place, `${i}.other`)),
    ]);
    const proof = own.proofFor('n1')!;
    assert.ok(proves(proof, own.publicKey, 'n1'));
    assert.ok(!proves(proof, own.publicKey, 'n2'));
    assert.ok(!proves(proof, other.publicKey, 'n1'));
    assert.ok(!proves(other.proofFor('n1')!, own.publicKey, 'n1'));
    // The right point, and another's signature.
    const [signer, signature] = [Buffer.from(proof, 'base64'), Buffer.from(other.proofFor('n1')!, 'base64')];
    const forged = Buffer.concat([signer.subarray(0, 32), signature.subarray(32)]);
    assert.ok(!proves(forged.toString('base64'), own.publicKey, 'n1'));
  }
});

test('what is no proof is none', () => {
  const one = Buffer.concat([Buffer.from([1]), Buffer.alloc(31)]);
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.alloc(96),
    Buffer.alloc(96, 255),
    Buffer.concat([one, Buffer.alloc(64)]),
  ])
    for (const key of [Buffer.alloc(32), one, Buffer.alloc(32, 255)])
      assert.ok(!proves(bytes.toString('base64'), key.toString('base64'), 'n1'));
});
