// The example of a gang on a real cluster: its pods run together; a gang that does not fit holds nothing.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const example = join(repository, 'examples/gang/training.yaml');

describe('gangs', () => {
  let cluster: TestCluster;
  before(async () => {
    cluster = await startTestCluster({
      name: 'tph-e2e-gangs',
      files: [join(repository, 'examples/hello')],
      flags: [
        ...['--feature-gates', 'GenericWorkload=true,GangScheduling=true'],
        ...['--runtime-config', 'scheduling.k8s.io/v1alpha2=true'],
      ],
    });
  });
  after(() => cluster?.down());

  const reason = (group: string) =>
    cluster.kubectl('get', 'podgroup', group, '-o', 'jsonpath={.status.conditions[0].reason}');

  const phases = (job: string) =>
    cluster.kubectl('get', 'pods', '-l', `job-name=${job}`, '-o', 'jsonpath={.items[*].status.phase}');

  it('the example runs all three pods', async () => {
    await cluster.kubectl('apply', '-f', example);
    await eventually('all run', async () => (await phases('training')) === 'Running Running Running');
    assert.equal(await reason('training'), 'Scheduled');
  });

  it('of a gang that is too large no pod runs, and others may use the room', async () => {
    // One of them fits, three do not, whatever the machine has.
    const cpu = await cluster.kubectl('get', 'nodes', '-o', 'jsonpath={.items[0].status.allocatable.cpu}');
    const text = readFileSync(example, 'utf8')
      .replaceAll(/\btraining\b/g, 'large')
      .replace('cpu: 100m', `cpu: ${Number(cpu) / 2}`);
    await cluster.kubectlWith(text, 'apply', '-f', '-');
    await eventually('it is refused', async () => (await reason('large')) === 'Unschedulable');
    assert.equal(await phases('large'), 'Pending Pending Pending');
    await cluster.kubectl('delete', 'job', 'training');
    const request = JSON.stringify({
      spec: {
        containers: [
          {
            name: 'single',
            image: 'localhost/hello:1',
            resources: { requests: { cpu: `${Number(cpu) / 2}` } },
          },
        ],
      },
    });
    await cluster.kubectl('run', 'single', '--image=localhost/hello:1', `--overrides=${request}`);
    await eventually(
      'a pod of the same size runs',
      async () =>
        (await cluster.kubectl('get', 'pod', 'single', '-o', 'jsonpath={.status.phase}')) === 'Running',
    );
    assert.equal(await phases('large'), 'Pending Pending Pending');
  });
});
