import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { effectiveConfig } from './effective.ts';
import { exampleFile, explain } from './explain.ts';
import { nodeConfigurations } from './nodes.ts';
import { configOf, readConfigFile, readUsualFile } from './read.ts';
import { configurationJsonSchema, configurationReference } from './reference.ts';
import { saveConfig, savedConfig } from './saved.ts';
import { clusterConfig } from './schema.ts';

const HEAD = 'apiVersion: tiphys.io/v1alpha1\nkind: Cluster\n';
const read = (text: string) => configOf(HEAD + text, 'tiphys.yaml', '/home/me/app');

/** The lines after the first one. */
function problemsOf(text: string): string[] {
  try {
    read(text);
    return [];
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
}

test('every problem of a file is told at once, each with its path', () => {
  assert.deepEqual(
    problemsOf(`
name: 7
nodes:
  - count: 0
    lables: {}
    taints: [{key: dedicated, effect: NoSchedul}]
    mounts: [{hostPath: src}]
  - portMappings: [{hostPort: 70000, nodePort: "80"}]
isolated: "yes"
snapshotEvery: 1d
`),
    [
      'name: Invalid value: 7: must be a text: write it in quotes',
      'nodes[0].count: Invalid value: 0: must be between 1 and 100, inclusive',
      'nodes[0].lables: Forbidden: unknown field: did you mean labels?',
      'nodes[0].taints[0].effect: Unsupported value: "NoSchedul": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
      'nodes[0].mounts[0].nodePath: Required value',
      'nodes[1].portMappings[0].hostPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
      'nodes[1].portMappings[0].nodePort: Invalid value: "80": must be a whole number, without quotes',
      'isolated: Invalid value: "yes": must be true or false, without quotes',
      'snapshotEvery: Invalid value: "1d": must be a duration with one unit, such as 30s, 5m or 6h',
    ],
  );
});

test('who knows other programs’ files is told what their fields are here', () => {
  assert.deepEqual(
    problemsOf('networking: {}\nservers: 1\nnodes: [{role: worker, extraMounts: []}]\nconstructor: 1\n'),
    [
      'networking: Forbidden: unknown field: it is ipFamilies, clusterCidr, serviceCidr and apiPort here',
      'servers: Forbidden: unknown field: it is nodes here',
      'nodes[0].role: Forbidden: unknown field: there is nothing like it here',
      'nodes[0].extraMounts: Forbidden: unknown field: it is mounts here',
      'constructor: Forbidden: unknown field',
    ],
  );
});

test('a file names its version and its kind, and is one document', () => {
  const problem = (text: string) => {
    try {
      configOf(text, 'f', '/');
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };
  assert.match(
    problem('name: dev\n')!,
    /apiVersion: Required value: use tiphys.io\/v1alpha1\n {2}kind: Required/,
  );
  assert.match(
    problem('apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\n')!,
    /supported values: "tiphys.io/,
  );
  assert.match(problem(`${HEAD}---\n${HEAD}`)!, /one document, not 2/);
  assert.match(problem('')!, /one document, not 0/);
  assert.match(problem('- 1\n')!, /must be a mapping/);
  assert.match(problem('a: [')!, /^f: /);
});

test('only the version of Kubernetes that is served is accepted', () => {
  for (const version of ['v1.36', '"1.36"', 'v1.36.0', 'v1.36.9'])
    assert.deepEqual(problemsOf(`kubernetesVersion: ${version}`), []);
  for (const version of ['v1.35', 'v1.360', 'v2.36', 'latest'])
    assert.match(
      problemsOf(`kubernetesVersion: ${version}`)[0] ?? '',
      /serves Kubernetes v1\.36 and no other version/,
    );
  assert.match(problemsOf('kubernetesVersion: 1.36')[0] ?? '', /write it in quotes/);
});

test('labels, taints, mounts and ports of nodes follow their rules', () => {
  assert.match(
    problemsOf('nodes: [{labels: {"a b": x}}]')[0] ?? '',
    /^nodes\[0\]\.labels: Invalid value: "a b"/,
  );
  assert.match(
    problemsOf(
      'nodes: [{taints: [{key: a, effect: NoSchedule}, {key: a, value: b, effect: NoSchedule}]}]',
    )[0] ?? '',
    /nodes\[0\]\.taints\[1\]: Duplicate value.*unique by key and effect/,
  );
  const mount = (nodePath: string) =>
    problemsOf(`nodes: [{mounts: [{hostPath: src, nodePath: ${nodePath}}]}]`)[0];
  assert.equal(mount('/mnt/src'), undefined);
  for (const path of ['/', 'mnt', '/mnt/../etc', '/mnt//x', '/mnt/'])
    assert.match(mount(path) ?? '', /must be an absolute path below \//, path);
  for (const path of ['/etc/passwd', '/var', '/usr', '/proc/1', '/run/x', '/var/lib/kubelet/pods'])
    assert.match(mount(path) ?? '', /is needed by the node itself/, path);
  assert.match(
    problemsOf(
      'nodes: [{mounts: [{hostPath: a, nodePath: /mnt/a}, {hostPath: b, nodePath: /mnt/a/b}]}]',
    )[0] ?? '',
    /mounts\[1\]\.nodePath: .*lies over nodes\[0\]\.mounts\[0\]/,
  );
  const ports = (text: string) =>
    problemsOf(`nodes: [{portMappings: [{hostPort: 80, nodePort: 1}]}, ${text}]`)[0];
  assert.match(
    ports('{portMappings: [{hostPort: 80, nodePort: 2}]}') ?? '',
    /^nodes\[1\].*hostPort: Duplicate/,
  );
  assert.match(
    ports('{portMappings: [{hostPort: 80, nodePort: 2, listenAddress: "::"}]}') ?? '',
    /Duplicate/,
  );
  assert.equal(ports('{portMappings: [{hostPort: 80, nodePort: 2, protocol: UDP}]}'), undefined);
  assert.equal(ports('{portMappings: [{hostPort: 80, nodePort: 2, listenAddress: 127.0.0.2}]}'), undefined);
  assert.match(
    ports('{portMappings: [{hostPort: 81, nodePort: 2, listenAddress: here}]}') ?? '',
    /IP address/,
  );
  assert.match(ports('{count: 2, portMappings: [{hostPort: 81, nodePort: 2}]}') ?? '', /with a count/);
  assert.match(
    problemsOf('host: true\nnodes: [{mounts: [{hostPath: a, nodePath: /mnt/a}]}]')[0] ?? '',
    /Forbidden/,
  );
  assert.match(problemsOf('nodes: [{count: 60}, {count: 60}]')[0] ?? '', /at most 100 nodes/);
});

test('hostile files are refused before much is done with them', () => {
  const many = Array.from({ length: 1_001 }, (_, i) => `  k${i}: v\n`).join('');
  assert.match(problemsOf(`featureGates:\n${many}`)[0] ?? '', /at most 1000 names/);
  assert.match(problemsOf(`files: [${'x,'.repeat(1_001)}]`)[0] ?? '', /at most 1000 items/);
  const nested = `a: &a [${'x,'.repeat(100)}]\nb: &b [${'*a,'.repeat(100)}]\nc: &c [${'*b,'.repeat(100)}]\nfiles: [${'*c,'.repeat(100)}]\n`;
  assert.throws(() => read(nested), /alias/);
  assert.equal(problemsOf(Array.from({ length: 200 }, (_, i) => `x${i}: 1\n`).join('')).length, 50);
});

test('paths begin where the file is, and a name without a value is a field that is left out', () => {
  const config = read(
    'files: [deploy, /abs]\nname:\nauditPolicy: ./a/../p.yaml\nnodes: [{mounts: [{hostPath: ., nodePath: /mnt/x}]}]\ninlineRegistries: {configs: {r: {tls: {ca_file: ca.pem}}}}\n',
  );
  assert.deepEqual(config, {
    apiVersion: 'tiphys.io/v1alpha1',
    kind: 'Cluster',
    files: ['/home/me/app/deploy', '/abs'],
    auditPolicy: '/home/me/app/p.yaml',
    nodes: [{ mounts: [{ hostPath: '/home/me/app', nodePath: '/mnt/x' }] }],
    inlineRegistries: { configs: { r: { tls: { ca_file: '/home/me/app/ca.pem' } } } },
  });
});

test('nodes are counted out, with all defaults', () => {
  const { nodes } = read('nodes: [{count: 2, labels: {a: b}}, {portMappings: [{hostPort: 1, nodePort: 2}]}]');
  const [first, second, third, ...more] = nodeConfigurations(nodes!);
  assert.deepEqual([first?.labels, second?.labels, third?.labels, more], [{ a: 'b' }, { a: 'b' }, {}, []]);
  const mapping = { hostPort: 1, nodePort: 2, protocol: 'TCP', listenAddress: '127.0.0.1' };
  assert.deepEqual(third?.portMappings, [mapping]);
});

test('a view has all defaults and no passwords', () => {
  const config = read(
    'inlineRegistries: {configs: {r: {auth: {username: u, password: p}}}}\nnodes: [{count: 2}]',
  );
  const view = effectiveConfig(config, false);
  assert.deepEqual(view.nodes, [{ count: 2 }]);
  assert.equal(view.podNetwork, 'auto');
  assert.deepEqual(view.inlineRegistries, {
    configs: { r: { auth: { username: 'u', password: 'REDACTED' }, tls: { insecure_skip_verify: false } } },
  });
  assert.match(JSON.stringify(effectiveConfig(config, true)), /"password":"p"/);
  assert.deepEqual(effectiveConfig(undefined, false).nodes, [{ count: 1 }]);
});

test('the example explains every field, and is valid as it is and with its comments taken away', () => {
  const text = exampleFile();
  for (const name of Object.keys(clusterConfig.fields))
    assert.match(text, new RegExp(`^(# )?${name}: ?`, 'm'));
  assert.deepEqual(configOf(text, 'f', '/app'), { apiVersion: 'tiphys.io/v1alpha1', kind: 'Cluster' });
  const values = text
    .split('\n')
    .filter((line) => !/^# [A-Z]/.test(line))
    .map((line) => line.replace(/^# /, ''))
    .join('\n');
  assert.throws(() => configOf(values, 'f', '/app'), /has a problem:\n {2}inlineRegistries: Forbidden/);
  const config = configOf(values.replace(/^registries: .*$/m, ''), 'f', '/app');
  assert.equal(Object.keys(config).length, Object.keys(clusterConfig.fields).length - 1);
});

test('the reference, the JSON Schema and explain know the same fields', () => {
  const reference = configurationReference();
  const effect = reference.find(({ path }) => path === 'nodes[].taints[].effect');
  assert.deepEqual([effect?.required, effect?.values?.length], [true, 3]);
  assert.equal(reference.find(({ path }) => path === 'apiPort')?.flag, '--api-port <port>');
  assert.ok(reference.some(({ path }) => path === 'inlineRegistries.mirrors[NAME].endpoint'));
  const schema = configurationJsonSchema() as { properties: Record<string, unknown>; required: string[] };
  assert.deepEqual(Object.keys(schema.properties), Object.keys(clusterConfig.fields));
  assert.deepEqual(schema.required, ['apiVersion', 'kind']);
  for (const { path } of reference) assert.match(explain(path), /^FIELD: /);
  assert.match(explain('nodes[0].taints'), /\n {2}effect <string> -required-\n/);
  assert.throws(() => explain('nodes.taint'), /no such field/);
});

test('a file that nobody asked for is read only when nobody else can write it', (t) => {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'tph-config-')));
  const before = process.cwd();
  t.after(() => {
    process.chdir(before);
    rmSync(directory, { recursive: true, force: true });
  });
  process.chdir(directory);
  assert.equal(readUsualFile(), undefined);
  const path = join(directory, 'tiphys.yaml');
  writeFileSync(path, `${HEAD}name: here\n`, { mode: 0o644 });
  assert.deepEqual(readUsualFile()?.config.name, 'here');
  chmodSync(path, 0o666);
  assert.throws(readUsualFile, /others can write this file.*--config tiphys\.yaml/);
  assert.equal(readConfigFile('tiphys.yaml').path, path);
  assert.throws(() => readConfigFile('missing.yaml'), /missing\.yaml: there is no such file/);
  assert.throws(() => readConfigFile(directory), /give a file/);
});

test('a cluster keeps what it was started with, and the registries in a file of their own', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'tph-config-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const file = {
    path: '/x/tiphys.yaml',
    config: read('inlineRegistries: {mirrors: {docker.io: {endpoint: [https://m]}}}'),
  };
  saveConfig(directory, file);
  assert.deepEqual(savedConfig(directory), file);
  saveConfig(directory, undefined);
  assert.equal(savedConfig(directory), undefined);
});
