import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isModest } from './budget.ts';
import { MEDIA, parseManifest } from './document.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const layer = { mediaType: 'a/b', digest, size: 1 };
const manifest = (more: object) => ({
  schemaVersion: 2,
  mediaType: MEDIA.manifest,
  config: layer,
  layers: [],
  ...more,
});
const parse = (document: object, type?: string) => parseManifest(Buffer.from(JSON.stringify(document)), type);

test('what a manifest refers to is read from its fields', () => {
  const elsewhere = { ...layer, mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar' };
  const read = parse(manifest({ layers: [layer, elsewhere], subject: layer, annotations: { a: 'b', c: 1 } }));
  assert.equal(read.blobs.length, 2, 'the config and the layer that must be here');
  assert.deepEqual([read.subject?.digest, read.artifactType, read.annotations], [digest, 'a/b', { a: 'b' }]);
});

test('a manifest of another shape is refused', () => {
  for (const [document, type, why] of [
    [manifest({ layers: 5 }), undefined, /layers: a list/],
    [manifest({ layers: [{ ...layer, digest: 'sha256:../x' }] }), undefined, /needs a digest/],
    [manifest({ layers: [{ ...layer, size: -1 }] }), undefined, /needs a size/],
    [manifest({ schemaVersion: 1 }), undefined, /only 2/],
    [manifest({ mediaType: undefined }), undefined, /no media type/],
    [manifest({}), 'application/json', /is not the manifest's mediaType/],
    [manifest({ manifests: [layer] }), undefined, /push it as an index/],
    [manifest({ mediaType: MEDIA.index }), undefined, /neither config nor layers/],
    [[], undefined, /an object is expected/],
  ] as const)
    assert.throws(() => parse(document, type), why);
});

test('a manifest that would take long to parse is refused before', () => {
  const of = (text: string) => isModest(Buffer.from(text));
  assert.ok(of(JSON.stringify(manifest({ layers: Array.from({ length: 2_000 }, () => layer) }))));
  assert.ok(of(JSON.stringify({ long: '[{,:"\\'.repeat(100_000) })), 'texts are not looked into');
  assert.ok(!of('['.repeat(33)));
  assert.ok(of('[]'.repeat(33)));
  assert.ok(!of(`[${'1,'.repeat(20_001)}1]`));
  assert.ok(of('"unfinished \\'));
});
