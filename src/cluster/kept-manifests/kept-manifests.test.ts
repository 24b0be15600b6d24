import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { Event } from '../../api/kinds/core/v1/event.ts';
import { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { RestClient } from '../../client/rest/rest-client.ts';
import { silentLogger } from '../../kit/log.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { chartOf, type HelmOptions, uninstallChart } from './charts.ts';
import { Keeper, MANIFEST_MANAGER } from './keeper.ts';
import { inOrder, keyOfKept } from './plan.ts';
import { readKeptFiles, understood } from './read-files.ts';
import { RECORD_LABEL, readRecords } from './records.ts';

const map = (name: string, value: string, namespace = 'default') => `---
apiVersion: v1
kind: ConfigMap
metadata: {name: ${name}, namespace: ${namespace}}
data: {key: "${value}"}
`;

interface Scene {
  readonly cluster: SimCluster;
  readonly directory: string;
  write(name: string, text: string): void;
  remove(name: string): void;
  /** Until the keeper has looked again. */
  look(): Promise<void>;
  value(name: string, namespace?: string): Promise<string | undefined>;
  keeper(server?: string): Keeper;
}

async function scene(t: TestContext): Promise<Scene> {
  const cluster = await simCluster({}, t);
  for (const name of ['kube-system'])
    await cluster.client
      .create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
      .catch(() => {});
  const directory = mkdtempSync(join(tmpdir(), 'kept-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const running: Keeper[] = [];
  let written = 0;
  const { transport, clock, random } = cluster;
  const keeper = (server = 'one') => {
    const client = new RestClient({ transport, clock, fieldManager: MANIFEST_MANAGER });
    const helm = { home: join(directory, 'helm'), kubeconfig: '/nonexistent' };
    const log = silentLogger;
    const made = new Keeper({
      ...{ directory, server, client, transport, helm, clock, random, log },
      key: 'key',
    });
    running.push(made);
    t.after(() => made.stop());
    return made;
  };
  const value = async (name: string, namespace = 'default') => {
    try {
      return (await cluster.client.get(ConfigMap, name, namespace)).data?.key;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };
  return {
    cluster,
    directory,
    write(name, text) {
      writeFileSync(join(directory, name), text);
      // The file system's clock is not the one of the test.
      utimesSync(join(directory, name), 1_000, 1_000 + ++written);
    },
    remove: (name) => rmSync(join(directory, name)),
    async look() {
      for (const one of running) one.look();
      for (let i = 0; i < 10; i++) {
        await cluster.step(500);
        // Files are read beside the cluster's clock.
        for (let turn = 0; turn < 5; turn++)
          await new Promise(
            (done) => void readKeptFiles(directory, new Map()).finally(() => done(undefined)),
          );
        await cluster.settle();
      }
    },
    value,
    keeper,
  };
}

describe('kept manifests', () => {
  it('are applied, applied again when they change, and put right when somebody changes the object', async (t) => {
    const { cluster, write, look, value, keeper } = await scene(t);
    write('b.yaml', map('kept', 'one', 'made'));
    write('c.yaml', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: made}\n');
    keeper();
    await look();
    assert.equal(await value('kept', 'made'), 'one');
    write('b.yaml', map('kept', 'two', 'made'));
    await look();
    assert.equal(await value('kept', 'made'), 'two');
    await cluster.client.patch(ConfigMap, 'kept', 'made', 'merge', {
      data: { key: 'changed', own: 'stays' },
    });
    await cluster.step(31_000);
    await look();
    assert.equal(await value('kept', 'made'), 'two');
    assert.equal((await cluster.client.get(ConfigMap, 'kept', 'made')).data?.own, 'stays');
  });

  it('take away with them what they made, also when they went while nobody looked', async (t) => {
    const { write, remove, look, value, keeper } = await scene(t);
    write('a.yaml', map('first', '1') + map('second', '2'));
    write('b.yaml', map('third', '3'));
    const before = keeper();
    await look();
    write('a.yaml', map('second', '2'));
    await look();
    assert.equal(await value('first'), undefined);
    assert.equal(await value('second'), '2');
    await before.stop();
    remove('b.yaml');
    keeper();
    await look();
    await look();
    assert.equal(await value('third'), undefined);
    assert.equal(await value('second'), '2');
  });

  it('that are broken leave everything as it is, and are told of', async (t) => {
    const { cluster, write, remove, look, value, keeper } = await scene(t);
    write('a.yaml', map('first', '1'));
    write('b.yaml', map('second', '2'));
    keeper();
    await look();
    write('a.yaml', 'a: [');
    remove('b.yaml');
    await look();
    await look();
    assert.equal(await value('first'), '1');
    assert.equal(await value('second'), '2');
    const [record] = (await readRecords(cluster.client)).filter(({ file }) => file === 'a.yaml');
    assert.match(record!.problem, /./);
    const { items } = await cluster.client.list(Event, { namespace: 'kube-system' });
    assert.ok(items.some(({ reason }) => reason === 'ApplyManifestFailed'));
    write(
      'a.yaml',
      `${map('first', '4')}---\napiVersion: example.com/v1\nkind: Wombat\nmetadata: {name: w}\n`,
    );
    await look();
    await look();
    // What is right of a file is applied; what is not is told.
    assert.equal(await value('first'), '4');
    assert.equal(await value('second'), undefined);
    const [after] = (await readRecords(cluster.client)).filter(({ file }) => file === 'a.yaml');
    assert.match(after!.problem, /Wombat\/w: no kind "Wombat" in version "example.com\/v1"/);
  });

  it('do not delete what others made anew, nor what another server has', async (t) => {
    const { cluster, write, remove, look, value, keeper } = await scene(t);
    write('a.yaml', map('taken', '1'));
    write('b.yaml', map('ours', '2'));
    const first = keeper('one');
    await look();
    await cluster.client.delete(ConfigMap, 'taken', 'default');
    await cluster.client.create(ConfigMap, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'taken', namespace: 'default' },
      data: { key: 'theirs' },
    });
    await first.stop();
    remove('a.yaml');
    remove('b.yaml');
    const second = keeper('two');
    await look();
    await look();
    assert.equal(await value('ours'), '2');
    await second.stop();
    keeper('one');
    await look();
    await look();
    assert.equal(await value('ours'), undefined);
    assert.equal(await value('taken'), 'theirs');
  });

  it('are not deleted by records that somebody else wrote', async (t) => {
    const { cluster, write, look, value, keeper } = await scene(t);
    const victim = new RestClient({ ...cluster, fieldManager: MANIFEST_MANAGER });
    const metadata = { name: 'victim', namespace: 'default' };
    await victim.create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { key: 'kept' } });
    write('a.yaml', map('ours', '1'));
    keeper();
    await look();
    const { items } = await cluster.client.list(ConfigMap, { labelSelector: RECORD_LABEL });
    const { data, metadata: own } = items[0]!;
    for (const [name, objects] of [
      ['forged', data!.objects!.replaceAll('ours', 'victim')],
      ['malformed', 'null'],
    ] as const)
      await cluster.client.create(ConfigMap, {
        ...{ apiVersion: 'v1', kind: 'ConfigMap' },
        metadata: { name, namespace: 'kube-system', labels: own.labels! },
        data: { ...data, file: `${name}.yaml`, objects },
      });
    write('b.yaml', map('later', '2'));
    await look();
    await look();
    assert.equal(await value('victim'), 'kept');
    assert.equal(await value('later'), '2');
  });

  it('that move from one file to another stay the same object', async (t) => {
    const { cluster, write, look, keeper } = await scene(t);
    write('a.yaml', map('moved', '1'));
    write('b.yaml', map('other', '1'));
    keeper();
    await look();
    const { uid } = (await cluster.client.get(ConfigMap, 'moved', 'default')).metadata;
    write('a.yaml', map('new', '1'));
    write('b.yaml', map('other', '1') + map('moved', '2'));
    await look();
    await look();
    const moved = await cluster.client.get(ConfigMap, 'moved', 'default');
    assert.equal(moved.metadata.uid, uid);
    assert.equal(moved.data?.key, '2');
  });

  it('need Helm for charts, which get what the file says', async (t) => {
    const { cluster, directory, write, remove, look, keeper } = await scene(t);
    const programs = join(directory, 'programs');
    mkdirSync(programs);
    const log = join(directory, 'helm.log');
    writeFileSync(join(programs, 'helm'), `#!/bin/sh\necho "$@" >>${log}\ncat >>${log}\n`);
    chmodSync(join(programs, 'helm'), 0o755);
    const chart = (value: string) => `apiVersion: helm.cattle.io/v1
kind: HelmChart
metadata: {name: web, namespace: kube-system}
spec: {chart: web, repo: 'https://charts.invalid', targetNamespace: shop, createNamespace: true, set: {a.b: 1}, valuesContent: "x: ${value}"}
`;
    const path = process.env.PATH;
    t.after(() => {
      process.env.PATH = path;
    });
    process.env.PATH = '/nonexistent';
    write('chart.yaml', chart('1'));
    keeper();
    const problem = async () => (await readRecords(cluster.client))[0]?.problem ?? '';
    await look();
    await cluster.until('the problem', async () => /no program `helm`/.test(await problem()));
    process.env.PATH = `${programs}:${path}`;
    const calls = () => {
      try {
        return readFileSync(log, 'utf8');
      } catch {
        return '';
      }
    };
    const called = async (pattern: RegExp) => {
      for (let i = 0; i < 50 && !pattern.test(calls()); i++) await look();
      assert.match(calls(), pattern);
    };
    await cluster.step(30_000);
    await called(
      /^upgrade --install --namespace=shop --repo=https:\/\/charts\.invalid --create-namespace --set=a\.b=1 --values=- web web --kubeconfig=\/nonexistent\nx: 1/,
    );
    write('chart.yaml', chart('2'));
    await called(/x: 2/);
    assert.equal(calls().match(/upgrade/g)!.length, 2);
    // Many may read the record, and values may be secret.
    const { items } = await cluster.client.list(ConfigMap, { namespace: 'kube-system' });
    assert.match(items[0]!.data!.charts!, /web/);
    assert.doesNotMatch(JSON.stringify(items), /x: 2/);
    remove('chart.yaml');
    await called(/uninstall web --namespace=shop --ignore-not-found/);
  });
});

describe('the files', () => {
  it('are read within limits, and no link leads out', async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'kept-'));
    t.after(() => rmSync(directory, { recursive: true }));
    writeFileSync(join(directory, 'real.txt'), map('linked', '1'));
    symlinkSync('real.txt', join(directory, 'inside.yaml'));
    symlinkSync('/etc/passwd', join(directory, 'outside.yaml'));
    mkdirSync(join(directory, 'folder.yaml'));
    writeFileSync(join(directory, 'large.yaml'), Buffer.alloc(9 * 1024 * 1024, 32));
    writeFileSync(join(directory, '.hidden.yaml'), 'x');
    const files = await readKeptFiles(directory, new Map());
    assert.deepEqual(
      files.map(({ name, objects, problem }) => `${name} ${objects?.length ?? problem}`),
      [
        'folder.yaml is no file',
        'inside.yaml 1',
        'large.yaml has more than 8388608 bytes',
        'outside.yaml is a link that leads out of the directory',
      ],
    );
    const again = await readKeptFiles(directory, new Map(files.map((file) => [file.name, file])));
    assert.equal(again[1], files[1]);
  });

  it('must have whole objects, or nothing of them is taken', () => {
    assert.match(understood('kind: ConfigMap\n').problem!, /every document needs/);
    assert.match(understood('just text').problem!, /every document needs/);
    assert.deepEqual(understood('---\n---\n').objects, []);
    const { problem } = understood('kind: Secret\nstringData:\n  password: hunter2\n  other: [\n');
    assert.match(problem!, /\(5:1\)/);
    assert.doesNotMatch(problem!, /hunter2/);
  });

  it('are applied in an order in which what others need comes first', () => {
    const kinds = ['Deployment', 'HelmChart', 'ConfigMap', 'CustomResourceDefinition', 'Role', 'Namespace'];
    const all = kinds.map((kind) => ({ object: { apiVersion: 'v1', kind, metadata: { name: 'x' } } }));
    assert.deepEqual(
      inOrder(all).map(({ object }) => object.kind),
      ['Namespace', 'CustomResourceDefinition', 'Role', 'ConfigMap', 'Deployment', 'HelmChart'],
    );
    const key = (apiVersion: string, namespace: string) =>
      keyOfKept({ apiVersion, kind: 'K', namespace, name: 'n' });
    assert.equal(key('g/v1', ''), key('g/v2', 'default'));
    assert.notEqual(key('g/v1', 'a'), key('g/v1', 'b'));
  });

  it('of charts name no flags', async () => {
    const chart = (spec: object, name = 'web') =>
      chartOf({ apiVersion: 'helm.cattle.io/v1', kind: 'HelmChart', metadata: { name }, spec } as Parameters<
        typeof chartOf
      >[0]);
    assert.throws(() => chart({ chart: '--post-renderer=/bin/sh' }), /give a chart/);
    assert.throws(() => chart({ chart: 'x' }, '-a'), /no name for a release/);
    assert.throws(() => chart({ chart: 'x', repo: 'file:///etc' }), /give a URL/);
    assert.throws(() => chart({ chart: 'x', chartContent: 'H4s' }), /spec.chartContent is not supported/);
    await assert.rejects(
      uninstallChart('--kube-apiserver=https://evil.invalid', 'default', {} as HelmOptions),
      /no name for a release/,
    );
  });
});
