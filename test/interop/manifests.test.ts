// Manifests with the features of those of Argo CD, cert-manager, the Prometheus operator, Istio, Gateway API and Knative, through
// kubectl: applied from both sides, changed, compared, shown, explained and deleted. Without nodes.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const folder = new URL('manifests', import.meta.url).pathname;
const files = ['definitions.yaml', 'operator.yaml', 'objects.yaml'].map((name) => join(folder, name));
const [definitions, surroundings, objects] = files as [string, string, string];
const all = files.flatMap((file) => ['-f', file]);
let cluster: TestCluster;
const kubectl = (...words: string[]) => cluster.kubectl(...words);
const complaint = async (input: string, ...words: string[]) => {
  try {
    return `accepted: ${await cluster.kubectlWith(input, ...words)}`;
  } catch (error) {
    return (error as { result: { stderr: string } }).result.stderr;
  }
};
/** The last words of each line, counted. */
const outcome = (text: string) => {
  const counts: Record<string, number> = {};
  for (const line of text.trim().split('\n')) {
    const word = line.split(' ').at(-1)!;
    counts[word] = (counts[word] ?? 0) + 1;
  }
  return counts;
};
const COUNT = 22;

describe('manifests as projects publish them', () => {
  before(async () => {
    cluster = await startTestCluster({ name: 'tph-interop-yaml', nodes: 0 });
    await kubectl('apply', '-f', definitions);
    await kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=20s');
    await kubectl('apply', '-f', surroundings);
    await kubectl('apply', '-f', objects);
  });
  after(() => cluster?.down());

  it('applied again from the client side, what the server has not written otherwise is unchanged', async () => {
    const lines = (await kubectl('apply', ...all)).trim().split('\n');
    assert.equal(lines.length, COUNT);
    const configured = lines.filter((line) => !line.endsWith(' unchanged')).map((line) => line.split(' ')[0]);
    assert.deepEqual(configured, [
      'clusterrole.rbac.authorization.k8s.io/shapes-all', // the rules are the controller's
      'deployment.apps/shapes', // memory is stored as 512Mi, and atomic lists get defaults
      'poddisruptionbudget.policy/shapes', // its selector is replaced by every patch
      'networkpolicy.networking.k8s.io/shapes', // ports get the default protocol
      'secret/shapes-tls', // stringData is not stored
      'mutatingwebhookconfiguration.admissionregistration.k8s.io/shapes', // rules get the default scope
    ]);
    assert.equal((await cluster.tryKubectl('diff', '-f', definitions, '-f', objects)).stdout, '');
  });

  it('applied from the server side, it is taken over, and the same again changes nothing', async () => {
    const apply = ['apply', '--server-side', '--force-conflicts', ...all];
    assert.deepEqual(outcome(await kubectl(...apply)), { 'serverside-applied': COUNT });
    // Without those that controllers write to, and those of which kubectl's entry in managedFields gets a new place.
    const still = ['service,ingress,lane,parcel,serviceaccount', '-n', 'shapes-system'];
    const ours = ['crd', 'lanes.shapes.interop.example', 'parcels.shapes.interop.example'];
    const version = ['-o', 'jsonpath={.items[*].metadata.resourceVersion}'];
    const versions = async () =>
      `${await kubectl('get', ...still, ...version)} ${await kubectl('get', ...ours, ...version)}`;
    const before = await versions();
    await kubectl(...apply);
    assert.equal(await versions(), before); // The cluster's own definitions may still be on their way.
    const diff = ['diff', '--server-side', '--force-conflicts'];
    const { stdout } = await cluster.tryKubectl(...diff, ...all);
    const differing = stdout.split('\n').filter((line) => line.startsWith('diff '));
    assert.deepEqual(
      differing.map((line) => line.split('/').at(-1)),
      ['rbac.authorization.k8s.io.v1.ClusterRole..shapes-all'],
      "its rules are the controller's",
    );
  });

  it('diff shows a change, apply makes it, and the lists of maps are merged by their keys', async () => {
    const changed = readFileSync(objects, 'utf8')
      .replace('port: 80,', 'port: 8080,')
      .replace('weight: 5Ki', 'weight: 7');
    const file = join(cluster.directory, 'changed.yaml');
    writeFileSync(file, changed);
    const { code, stdout } = await cluster.tryKubectl('diff', '--server-side', '-f', file);
    assert.equal(code, 1);
    assert.match(stdout, /-\s+port: 80\n\+\s+port: 8080\n/);
    assert.match(stdout, /-\s+weight: 5Ki\n\+\s+weight: 7\n/);
    await kubectl('apply', '--server-side', '-f', file);
    const path = '{.spec.listeners[?(@.name=="http")].port} {.spec.listeners[*].name}';
    assert.equal(
      await kubectl('get', 'lane', 'main', '-n', 'shapes-system', '-o', `jsonpath=${path}`),
      '8080 http tcp',
    );
    await kubectl('apply', '--server-side', '--force-conflicts', '-f', objects);
  });

  it('get shows their columns, by short name and category, and selects by their fields', async () => {
    const get = (...words: string[]) => kubectl('get', '-n', 'shapes-system', ...words);
    assert.match(await get('ln'), /NAME +CLASS +ACCEPTED +AGE\nmain +fast +Unknown +\d+s/);
    assert.match(
      await get('lanes', '-o', 'wide'),
      /HOSTS +AGE\n.* a\.example +\d+s|AGE +HOSTS\n.* a\.example/,
    );
    assert.match(
      await get('shapes'),
      /lane\.shapes\.interop\.example\/main[\s\S]*parcel\.shapes\.interop\.example\/one +p +5Ki/,
    );
    assert.match(await get('all'), /parcel\.shapes\.interop\.example\/one/);
    assert.match(await get('parcs', '--field-selector=spec.project=p'), /one/);
    assert.equal(await get('parcs', '--field-selector=spec.project!=p'), '');
    assert.match(await get('deployment,pdb,hpa,netpol,ingress'), /shapes +N\/A|80%/);
  });

  it('explain knows their schemas', async () => {
    assert.match(
      await kubectl('explain', 'lane.spec'),
      /DESCRIPTION:\s+What is wanted\.[\s\S]*listeners\s+<\[\]Object> -required-/,
    );
    assert.match(
      await kubectl('explain', 'parcels', '--recursive'),
      /weight\s+<Object>[\s\S]*|manifest\s+<Object>/,
    );
    assert.match(
      await kubectl('explain', 'lane.spec.listeners.protocol', '--output=plaintext-openapiv2'),
      /FIELD: +protocol <string>/,
    );
    assert.match(
      await kubectl('explain', 'lane', '--api-version=shapes.interop.example/v1beta1'),
      /VERSION: +v1beta1/,
    );
  });

  it('values that break a rule are refused in the words of the definition', async () => {
    const lane = (spec: object, version = 'v1', name = 'x') =>
      JSON.stringify({
        apiVersion: `shapes.interop.example/${version}`,
        kind: 'Lane',
        metadata: { name, namespace: 'shapes-system' },
        spec,
      });
    const listener = { name: 'a', port: 1, protocol: 'TCP' };
    const create = (spec: object) =>
      complaint(lane({ className: 'c', listeners: [listener], ...spec }), 'create', '-f', '-');
    assert.match(
      await create({ listeners: [{ ...listener, hostname: 'h' }] }),
      /spec\.listeners: Invalid value: hostname must not be specified for protocols \['TCP', 'UDP'\]/,
    );
    assert.match(
      await create({ listeners: [listener, { ...listener, name: 'b' }] }),
      /spec\.listeners: Duplicate value/,
    );
    assert.match(
      await create({ listeners: [listener, { ...listener, port: 2 }] }),
      /spec\.listeners\[1\]: Duplicate value: \{"name":"a"\}/,
    );
    assert.match(
      await create({ addresses: [{ value: 'a.b' }] }),
      /<nil>: Invalid value: "": "spec\.addresses\[0\]" must validate one and only one schema \(oneOf\)\. Found none valid/,
    );
    assert.match(await create({ odd: 1 }), /strict decoding error: unknown field "spec\.odd"/);
    assert.match(
      (
        await cluster.tryKubectl(
          ...['patch', 'lane', 'main', '-n', 'shapes-system', '--type=merge'],
          ...['-p', '{"spec":{"className":"slow"}}'],
        )
      ).stderr,
      /spec\.className: Invalid value: "slow": className is immutable/,
    );
    const long = lane({ className: 'c', listeners: [listener] }, 'v1', 'x'.repeat(20));
    assert.match(await complaint(long, 'create', '-f', '-'), /the name is too long/);
    const parcel = (spec: object) =>
      complaint(
        JSON.stringify({
          apiVersion: 'shapes.interop.example/v1alpha1',
          kind: 'Parcel',
          metadata: { name: 'x' },
          spec: { project: 'p', ...spec },
        }),
        ...['create', '-f', '-'],
      );
    assert.match(
      await parcel({ weight: 'heavy' }),
      /spec\.weight: Invalid value: "heavy": spec\.weight in body should match/,
    );
    assert.match(await parcel({ manifest: { kind: 'A' } }), /spec\.manifest\.apiVersion: Required value/);
    assert.match(await parcel({ tags: ['a', 'a'] }), /spec\.tags\[1\]: Duplicate value: "a"/);
    assert.match(
      await parcel({ startAfter: 5 }),
      /spec\.startAfter in body must be of type date-time: "int64"/,
    );
  });

  it('a deprecated version is served with a warning, and policies and aggregated roles work', async () => {
    const { stdout, stderr } = await cluster.tryKubectl(
      'get',
      'lanes.v1beta1.shapes.interop.example',
      '-n',
      'shapes-system',
    );
    assert.match(stdout, /main/);
    assert.match(stderr, /Warning: the v1beta1 version of Lane is going away, use v1/);
    assert.match(
      (
        await cluster.tryKubectl(
          'annotate',
          'crd',
          'lanes.shapes.interop.example',
          'shapes.interop.example/channel=experimental',
        )
      ).stderr,
      /denied request: the experimental channel is not for this cluster/,
    );
    await eventually(
      'the roles are aggregated',
      async () =>
        (await kubectl('get', 'clusterrole', 'shapes-all', '-o', 'jsonpath={.rules[0].apiGroups[0]}')) ===
        'shapes.interop.example',
    );
    const can = [
      'auth',
      'can-i',
      'list',
      'lanes.shapes.interop.example',
      '--as=system:serviceaccount:shapes-system:shapes',
    ];
    assert.equal(await kubectl(...can), 'yes\n');
    assert.match(
      (
        await cluster.tryKubectl(
          'auth',
          'can-i',
          'delete',
          'lanes.shapes.interop.example',
          '--as=system:serviceaccount:shapes-system:shapes',
        )
      ).stdout,
      /no/,
    );
  });

  it('a schema too large for the annotation of a client is applied from the server side only', async () => {
    const properties = Object.fromEntries(
      Array.from({ length: 2000 }, (_, i) => [`field${i}`, { type: 'string', description: 'd'.repeat(120) }]),
    );
    const large = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'larges.shapes.interop.example' },
      spec: {
        group: 'shapes.interop.example',
        scope: 'Cluster',
        names: { plural: 'larges', kind: 'Large' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', properties } },
          },
        ],
      },
    };
    const text = JSON.stringify(large);
    assert.match(
      await complaint(text, 'apply', '-f', '-'),
      /metadata\.annotations: Too long: may not be more than 262144 bytes/,
    );
    const apply = () => cluster.kubectlWith(text, 'apply', '--server-side', '-f', '-');
    assert.match(await apply(), /serverside-applied/);
    assert.match(await apply(), /serverside-applied/);
    assert.match(await eventually('it is explained', () => kubectl('explain', 'larges')), /field1999/);
  });

  it('all of it can be deleted', async () => {
    for (const file of [objects, surroundings, definitions])
      await kubectl('delete', '-f', file, '--ignore-not-found', '--timeout=30s');
    assert.match((await cluster.tryKubectl('get', 'crd', 'lanes.shapes.interop.example')).stderr, /NotFound/);
    assert.match((await cluster.tryKubectl('get', 'ns', 'shapes-system')).stderr, /NotFound/);
  });
});
