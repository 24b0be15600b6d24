// A scheduler plugin of one's own on a real cluster: the example decides, is changed while the cluster runs, and breaks.
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const example = join(repository, 'examples/scheduler-plugin');

describe('scheduler plugins', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tph-plugins-'));
  const file = join(directory, 'team-nodes.ts');
  let cluster: TestCluster;
  let first: string;
  let second: string;
  before(async () => {
    copyFileSync(join(example, 'team-nodes.ts'), file);
    cluster = await startTestCluster({
      name: 'tph-e2e-plugins',
      nodes: 2,
      files: [join(repository, 'examples/hello')],
      flags: ['--scheduler-plugins', file, '--scheduler-config', join(example, 'config.yaml')],
    });
    [first = '', second = ''] = cluster.nodes;
    await cluster.kubectl('label', 'node', first, 'example.com/team=blue');
    await cluster.kubectl('label', 'node', second, 'example.com/team=red');
  });
  after(async () => {
    await cluster?.down();
    rmSync(directory, { recursive: true });
  });

  const addPod = (name: string, team: string) =>
    cluster.kubectlWith(
      JSON.stringify({
        ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { 'example.com/team': team } } },
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [{ name: 'main', image: 'localhost/hello:1' }],
        },
      }),
      ...['create', '-f', '-'],
    );

  const field = (name: string, path: string) =>
    cluster.kubectl('get', 'pod', name, '-o', `jsonpath={${path}}`);

  const refused = (name: string, message: RegExp) =>
    eventually(`${name} is refused`, async () =>
      message.test(await field(name, '.status.conditions[0].message')),
    );

  /** The event about the file, by its reason. */
  const told = (reason: string, message: RegExp) =>
    eventually(reason, async () => {
      const words = [
        '-n',
        'kube-system',
        '--field-selector',
        `reason=${reason}`,
        '-o',
        'jsonpath={.items[*].message}',
      ];
      return message.test(await cluster.kubectl('get', 'events', ...words));
    });

  it('the example puts pods on the nodes of their team', async () => {
    for (const [name, team, node] of [
      ['one', 'blue', first],
      ['two', 'red', second],
    ] as const) {
      await addPod(name, team);
      await eventually(`${name} runs`, async () => (await field(name, '.status.phase')) === 'Running');
      assert.equal(await field(name, '.spec.nodeName'), node);
    }
    await addPod('three', 'green');
    await refused('three', /1 node\(s\) belonged to team blue, 1 node\(s\) belonged to team red/);
  });

  it('a version with an error changes nothing, and is told of', async () => {
    writeFileSync(file, 'export const plugins = {');
    await told('PluginsNotReloaded', /^The scheduler keeps its plugins: /);
    await addPod('four', 'yellow');
    await refused('four', /belonged to team/);
  });

  it('a new version counts for pods that wait', async () => {
    const text = readFileSync(join(example, 'team-nodes.ts'), 'utf8');
    writeFileSync(
      file,
      text.replace('if (team === undefined', "if (pod.labels[label] === 'green' || team === undefined"),
    );
    await eventually('three runs', async () => (await field('three', '.status.phase')) === 'Running');
    await told('PluginsReloaded', /runs the new version/);
    assert.equal(await field('four', '.spec.nodeName'), '');
  });
});
