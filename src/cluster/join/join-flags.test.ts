import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelsOf, serverUrl, taintsOf } from './join-flags.ts';

test('a server is a host with or without port, or a URL', () => {
  const cases: [string, string][] = [
    ['192.0.2.1', 'https://192.0.2.1:6443'],
    ['192.0.2.1:443', 'https://192.0.2.1:443'],
    ['api.example:8443', 'https://api.example:8443'],
    ['[2001:db8::1]:6443', 'https://[2001:db8::1]:6443'],
    ['2001:db8::1', 'https://[2001:db8::1]:6443'],
    ['https://192.0.2.1:6443', 'https://192.0.2.1:6443'],
  ];
  for (const [text, url] of cases) assert.equal(serverUrl(text), url);
  for (const text of ['http://192.0.2.1', 'https://user@192.0.2.1', '192.0.2.1/path', 'a b', ''])
    assert.throws(() => serverUrl(text), /give a server as HOST:PORT/, text);
});

test('labels and taints are read as the kubelet reads them', () => {
  assert.deepEqual(labelsOf('a=b,c='), { a: 'b', c: '' });
  assert.deepEqual(labelsOf(), {});
  assert.throws(() => labelsOf('a'), /a has not the form key=value/);
  assert.deepEqual(taintsOf('a=b:NoSchedule,c:NoExecute'), [
    { key: 'a', value: 'b', effect: 'NoSchedule' },
    { key: 'c', effect: 'NoExecute' },
  ]);
  assert.throws(() => taintsOf('a=b:Never'), /invalid taint effect: Never, unsupported taint effect/);
  assert.throws(
    () => taintsOf('a:NoSchedule,a=b:NoSchedule'),
    /duplicated taints with the same key and effect/,
  );
  for (const text of ['=b:NoSchedule', 'a=b=c:NoSchedule', 'a:b:NoSchedule'])
    assert.throws(() => taintsOf(text), /invalid taint spec/, text);
});
