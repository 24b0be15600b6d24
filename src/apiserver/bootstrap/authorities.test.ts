import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testAuthority } from '../../kit/x509/authority.fake.ts';
import { startHttpsServer } from '../../sim/https-server.ts';
import { dataWith } from './authorities.ts';

const NOW = Date.UTC(2026, 0, 1);
const PATH = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication';

test('what is published names the authorities and the headers', async (t) => {
  const server = await startHttpsServer();
  t.after(() => server.stop());
  const { body } = await server.api.inProcess.request(
    { method: 'GET', path: PATH },
    { name: 'a', groups: ['system:masters'] },
  );
  const { ca, frontProxyCa } = server.certificates;
  assert.deepEqual(JSON.parse(body.toString()).data, {
    'client-ca-file': ca.certificate,
    'requestheader-allowed-names': '["front-proxy-client"]',
    'requestheader-client-ca-file': frontProxyCa.certificate,
    'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
    'requestheader-group-headers': '["X-Remote-Group"]',
    'requestheader-uid-headers': '["X-Remote-Uid"]',
    'requestheader-username-headers': '["X-Remote-User"]',
  });
});

test('authorities from before are kept until they expire; what is no certificate is not', () => {
  const [old, fresh] = [testAuthority().ca, testAuthority().ca];
  const authorities = { clientCa: fresh, frontProxyCa: fresh };
  const before = { 'client-ca-file': `${old}\nnonsense`, other: 'kept' };
  const data = dataWith(before, authorities, NOW);
  assert.ok(data['client-ca-file']!.includes(old.trim()) && data['client-ca-file']!.includes(fresh.trim()));
  assert.doesNotMatch(data['client-ca-file']!, /nonsense/);
  assert.equal(data['requestheader-client-ca-file'], fresh);
  assert.equal(data.other, 'kept');
  assert.deepEqual(dataWith(data, authorities, NOW), data);
  assert.equal(dataWith(data, authorities, Date.UTC(2130))['client-ca-file'], fresh);
});
