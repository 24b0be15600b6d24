// Files and lines that a cluster reads on its machine: recipes of images, manifests.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { nodeConfigurations } from '../../../src/cluster/config/nodes.ts';
import { configOf } from '../../../src/cluster/config/read.ts';
import { API_VERSION, KIND } from '../../../src/cluster/config/schema.ts';
import { buildImagefile } from '../../../src/cluster/images/imagefile.ts';
import { UserError } from '../../../src/cluster/progress.ts';
import { readManifests } from '../../../src/cluster/workloads/manifests.ts';
import { normalizeReference } from '../../../src/cri/image/reference.ts';
import { jsonValues, nearMisses, piecesOf } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const directory = mkdtempSync(join(tmpdir(), 'fuzz-files-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
writeFileSync(join(directory, 'app'), 'content');
const file = join(directory, 'fuzzed.yaml');

const RECIPE = `image: localhost/app:1
files:
- {path: /bin/app, from: app, mode: 0755}
links:
- {path: /bin/sh, to: app}
directories:
- {path: /tmp, mode: 01777}
config: {entrypoint: [/bin/app], env: [A=b]}
`;
const MANIFEST = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\nkind: List\nitems:\n- {}\n';
const CONFIGURATION = `apiVersion: tiphys.io/v1alpha1
kind: Cluster
name: dev
nodes:
- count: 2
  labels: {a: b}
  taints: [{key: a, value: b, effect: NoSchedule}]
- mounts: [{hostPath: ./src, nodePath: /mnt/src, readOnly: true}]
  portMappings: [{hostPort: 8080, nodePort: 30080, protocol: UDP, listenAddress: "::1"}]
wait: 5m
featureGates: {A: true}
`;
const isUserError = (error: unknown) =>
  error instanceof UserError && !/is not a function|Cannot read|is not iterable/.test(error.message);

export const targets = [
  fuzzTarget({
    name: 'cluster/imagefile',
    input: fc.oneof(
      nearMisses([RECIPE], ['..', '/', '- {}', '- null', ': [', 'app', '/dev', '!!binary ']),
      fc
        .tuple(jsonValues(2), jsonValues(2), jsonValues(2))
        .map(([files, links, config]) => JSON.stringify({ image: 'a', files, links, config })),
      jsonValues(2).map((one) =>
        JSON.stringify({ image: 'a', files: [{ path: 'p', from: 'app', mode: one }] }),
      ),
    ),
    run: (text) => {
      writeFileSync(file, text);
      buildImagefile(file, directory);
    },
    refuses: isUserError,
  }),
  fuzzTarget({
    name: 'cluster/manifests',
    input: fc.oneof(
      nearMisses([MANIFEST], ['---\n', '- null', 'items: 5', ': [', '&a', '*a']),
      jsonValues(2).map((items) => JSON.stringify({ kind: 'List', items })),
    ),
    run: (text) => {
      writeFileSync(file, text);
      readManifests(file);
    },
    refuses: isUserError,
  }),
  fuzzTarget({
    name: 'cluster/configuration',
    input: fc.oneof(
      nearMisses(
        [CONFIGURATION],
        ['nodes:', '- null', ': [', '&a', '*a', 'count: 99', '..', '__proto__', '{}', '!!binary '],
      ),
      jsonValues(3).map((nodes) => JSON.stringify({ apiVersion: API_VERSION, kind: KIND, nodes })),
      jsonValues(3).map((inlineRegistries) =>
        JSON.stringify({ apiVersion: API_VERSION, kind: KIND, inlineRegistries }),
      ),
    ),
    run: (text) => void nodeConfigurations(configOf(text, 'tiphys.yaml', directory).nodes ?? []),
    refuses: isUserError,
  }),
  fuzzTarget({
    name: 'cri/reference',
    input: fc.oneof(
      piecesOf(['/', ':', '.', '@', 'sha256:', 'localhost', 'a', 'docker.io']),
      nearMisses(['registry.example.com:5000/team/app:1', 'busybox']),
    ),
    run: (name) => assert.equal(normalizeReference(normalizeReference(name)), normalizeReference(name)),
    refuses: () => false,
  }),
];
