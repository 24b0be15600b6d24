// ServiceCIDRs and IPAddresses with kubectl: a range that is added at run time and carries traffic, one that is in use and stays, and
// what is left after kill -9 in the middle of many creations.
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { writeArchive } from '../../src/cri/image/archive.ts';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { speakerImage } from '../support/speaker-image.ts';

let cluster: TestCluster;

const apply = (object: object) => cluster.kubectlWith(JSON.stringify(object), 'apply', '-f', '-');
const field = (path: string, ...words: string[]) =>
  cluster.kubectl('get', ...words, '-o', `jsonpath={${path}}`);
const aCidr = (name: string, ...cidrs: string[]) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'ServiceCIDR',
  metadata: { name },
  spec: { cidrs },
});
const aService = (name: string, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, labels: { test: 'cidrs' } },
  spec: { selector: { app: 'who' }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
});
const aPod = (name: string, app: string, extra: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app } },
  spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: 'speaker:1', ...extra }] },
});

interface Listed {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly spec: { readonly clusterIP?: string; readonly parentRef?: { readonly name: string } };
  }[];
}
const list = async (...words: string[]): Promise<Listed['items']> =>
  (JSON.parse(await cluster.kubectl('get', ...words, '-o', 'json')) as Listed).items;

describe('ServiceCIDRs', () => {
  before(async () => {
    cluster = await startTestCluster({ name: 'tph-e2e-cidrs' });
    const archive = join(cluster.directory, 'speaker.tar');
    await writeFile(archive, await writeArchive(speakerImage()));
    await cluster.tiphys('image', 'load', '--name', cluster.name, archive);
    await rm(archive);
    await apply(aPod('a', 'who'));
    await apply(aPod('client', 'client', { command: ['sleep', '10000'] }));
    await cluster.kubectl('wait', '--for=condition=Ready', '--timeout=60s', 'pod/a', 'pod/client');
  });
  after(() => cluster?.down());

  test('the default one is there, and each Service has an IPAddress', async () => {
    assert.match(
      await cluster.kubectl('get', 'servicecidrs'),
      /^NAME +CIDRS +AGE\nkubernetes +10\.\S+ +\S+\n$/,
    );
    await apply(aService('web'));
    const ip = await field('.spec.clusterIP', 'service', 'web');
    const table = await cluster.kubectl('get', 'ip', ip);
    assert.match(table, /^NAME +PARENTREF\n\S+ +services\/default\/web\n$/);
    await cluster.kubectl('delete', 'service', 'web');
    assert.match((await cluster.tryKubectl('get', 'ip', ip)).stderr, /not found/);
  });

  test('Services in a range that is added at run time carry traffic; the range stays as long as they are there', async () => {
    await apply(aCidr('more', '203.0.113.0/24'));
    await cluster.kubectl('wait', '--for=condition=Ready', '--timeout=20s', 'servicecidr/more');
    await apply(aService('far', { clusterIP: '203.0.113.10' }));
    await eventually('an answer through the new range', async () => {
      const { stdout } = await cluster.tryKubectl(
        'exec',
        'client',
        '--',
        'node',
        '/ask.js',
        '203.0.113.10',
        '80',
        'tcp',
      );
      return stdout.startsWith('a ');
    });
    await cluster.kubectl('delete', 'servicecidr', 'more', '--wait=false');
    const reason = '.status.conditions[?(@.type=="Ready")].reason';
    await eventually(
      'it says why',
      async () => (await field(reason, 'servicecidr', 'more')) === 'Terminating',
    );
    const refused = await cluster.tryKubectl(
      'create',
      'service',
      'clusterip',
      'late',
      '--clusterip=203.0.113.11',
      '--tcp=80',
    );
    assert.match(refused.stderr, /the provided network does not match the current range/);
    await cluster.kubectl('delete', 'service', 'far');
    await cluster.kubectl('wait', '--for=delete', '--timeout=30s', 'servicecidr/more');
  });

  test('after kill -9 no Service is without its IPAddress, and none has that of another', async () => {
    const services = Array.from({ length: 300 }, (_, i) => aService(`s${i}`, { type: 'NodePort' }));
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: services });
    const creating = cluster.kubectlWith(input, 'create', '-f', '-').catch(() => {});
    await eventually('some are stored', async () => (await list('services', '-l', 'test=cidrs')).length > 20);
    cluster.killAll();
    await creating;
    await cluster.restart();
    const stored = await list('services', '-l', 'test=cidrs');
    assert.ok(stored.length > 20);
    const parents = new Map(
      (await list('ipaddresses')).map(({ metadata, spec }) => [metadata.name, spec.parentRef?.name]),
    );
    for (const { metadata, spec } of stored) assert.equal(parents.get(spec.clusterIP ?? ''), metadata.name);
    // What was allocated before the kill is known: the rest gets other ports and addresses.
    await cluster.kubectlWith(input, 'apply', '-f', '-');
    const all = await list('services', '-l', 'test=cidrs');
    assert.equal(new Set(all.map(({ spec }) => spec.clusterIP)).size, 300);
    const events = await cluster.kubectl('get', 'events', '-o', 'jsonpath={.items[*].reason}');
    assert.doesNotMatch(events, /NotAllocated|AlreadyAllocated/);
  });
});
