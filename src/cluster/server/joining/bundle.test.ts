import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { systemRandom } from '../../../kit/random.ts';
import { newCertificateKey, readFiles, seal, unseal, writeFiles } from './bundle.ts';

const root = mkdtempSync(join(tmpdir(), 'bundle-'));
after(() => rmSync(root, { recursive: true, force: true }));

const bundle = {
  files: { 'ca.crt': 'certificate', 'ca.key': 'key', 'etcd/ca.key': 'another key' },
  serviceCidrs: ['10.96.0.0/16'],
  clusterCidrs: ['10.128.0.0/16'],
  members: ['https://192.0.2.1:2379'],
};

test('a bundle opens with its key only, and only as it was sealed', () => {
  const key = newCertificateKey(systemRandom);
  const sealed = seal(bundle, key, systemRandom);
  assert.deepEqual(unseal(sealed, key), bundle);
  assert.ok(!sealed.includes('another key'));
  assert.throws(() => unseal(sealed, newCertificateKey(systemRandom)), /does not open/);
  assert.throws(() => unseal(sealed, 'abc'), /64 hexadecimal digits/);
  for (const at of [0, 20, sealed.length - 1]) {
    const changed = Buffer.from(sealed);
    changed[at]! ^= 1;
    assert.throws(() => unseal(changed, key), /does not open/);
  }
  assert.throws(() => unseal(Buffer.alloc(0), key), /does not open/);
});

test('only files that belong to a cluster are written, for their owner alone', () => {
  const pki = join(root, 'pki');
  writeFiles(pki, { ...bundle.files, '../outside': 'x', 'admin.key': 'x' });
  assert.deepEqual(readFiles(pki), bundle.files);
  assert.equal(statSync(join(pki, 'etcd/ca.key')).mode & 0o777, 0o600);
  assert.throws(() => statSync(join(pki, '../outside')));
});
