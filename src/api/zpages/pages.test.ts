import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FeatureGates } from '../features/feature-gates.ts';
import { componentPage } from './pages.ts';

const component = {
  name: 'kube-apiserver',
  startedAt: Date.UTC(2026, 10, 5, 6, 7, 8),
  now: () => Date.UTC(2026, 10, 5, 9, 7, 9),
  features: new FeatureGates(),
  flags: { 'secure-port': '6443', 'feature-gates': '' },
  paths: ['/apis', '/healthz', '/healthz/ping', '/metrics', '/'],
};
const page = (path: string, accept?: string) => componentPage(component, path, accept)!;
const structured = (kind: string, version = 'v1beta1', type = 'application/json') =>
  `${type};as=${kind};v=${version};g=config.k8s.io`;

test('/statusz is text unless its kind is asked for', () => {
  for (const accept of [undefined, '', 'text/plain', '*/*', 'text/html, */*;q=0.5']) {
    const { status, headers, body } = page('/statusz', accept);
    assert.deepEqual([status, headers['content-type']], [200, 'text/plain; charset=utf-8']);
    assert.match(
      body,
      /^\nkube-apiserver statusz\nWarning: This endpoint is not meant to be machine parseable/,
    );
    assert.match(body, /^Started: Thu Nov {2}5 06:07:08 UTC 2026\nUp: 3 hr 00 min 01 sec$/m);
    assert.match(body, /^Emulation version: 1\.36\nPaths: \/healthz \/metrics$/m);
  }
});

test('/statusz as an object', () => {
  const { status, headers, body } = page('/statusz', structured('Statusz'));
  assert.equal(status, 200);
  assert.equal(headers['content-type'], 'application/json;g=config.k8s.io;v=v1beta1;as=Statusz');
  assert.equal(headers.warning, undefined);
  const { goVersion, ...object } = JSON.parse(body);
  assert.equal(goVersion, `node${process.versions.node}`);
  assert.deepEqual(object, {
    kind: 'Statusz',
    apiVersion: 'config.k8s.io/v1beta1',
    metadata: { name: 'kube-apiserver' },
    startTime: '2026-11-05T06:07:08Z',
    uptimeSeconds: 10_801,
    binaryVersion: '1.36.2',
    emulationVersion: '1.36',
    paths: ['/healthz', '/metrics'],
  });
});

test('/flagz as text and as an object; v1alpha1 is deprecated', () => {
  assert.match(page('/flagz').body, /for debugging purposes only\.\nfeature-gates=\nsecure-port=6443\n$/);
  const { headers, body } = page('/flagz', structured('Flagz', 'v1alpha1', 'application/yaml'));
  assert.equal(
    headers.warning,
    '299 - "This version of the flagz endpoint is deprecated. Please use a newer version."',
  );
  const { apiVersion, flags } = JSON.parse(body);
  assert.deepEqual([apiVersion, flags], ['config.k8s.io/v1alpha1', component.flags]);
});

test('other forms are not acceptable', () => {
  for (const accept of ['application/json', structured('Flagz'), structured('Statusz', 'v1'), 'text/html']) {
    const { status, body } = page('/statusz', accept);
    assert.equal(status, 406, accept);
    assert.equal(
      JSON.parse(body).message,
      'only the following media types are accepted: application/json, application/yaml, text/plain',
    );
  }
});

test('a page whose gate is off is not there', () => {
  const features = new FeatureGates('ComponentStatusz=false');
  assert.equal(componentPage({ ...component, features }, '/statusz', undefined), undefined);
  assert.ok(componentPage({ ...component, features }, '/flagz', undefined));
  assert.equal(componentPage(component, '/other', undefined), undefined);
});
