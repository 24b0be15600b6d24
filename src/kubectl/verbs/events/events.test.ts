import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../../kit/clock.ts';
import { createObject } from '../../testing/create-object.fake.ts';
import { type KubectlServer, startKubectlServer } from '../../testing/kubectl.fake.ts';

describe('kubectl events', () => {
  let kubectl: KubectlServer;
  const event = (name: string, type: string, minutes: number, count = 1) => {
    const at = new Date(systemClock.now() - minutes * 60_000 - 500).toISOString();
    return createObject(kubectl, '/api/v1/namespaces/default/events', {
      metadata: { name },
      involvedObject: { kind: 'Pod', apiVersion: 'v1', name: `pod-${name}`, namespace: 'default' },
      type,
      reason: 'Tested',
      message: `${name}\x1b[31m\n`,
      count,
      firstTimestamp: at,
      lastTimestamp: at,
    });
  };
  before(async () => {
    kubectl = await startKubectlServer();
    await event('new', 'Warning', 20, 3);
    await event('old', 'Normal', 200);
  });
  after(() => kubectl.stop());

  it('shows the oldest first, without what would act on a terminal', async () => {
    const { stdout } = await kubectl.run('events');
    assert.equal(
      stdout,
      `LAST SEEN           TYPE      REASON   OBJECT        MESSAGE
3h20m               Normal    Tested   Pod/pod-old   old^[[31m
20m (x3 over 20m)   Warning   Tested   Pod/pod-new   new^[[31m
`,
    );
  });

  it('takes some: by type, by object', async () => {
    const warnings = await kubectl.run('events --types=warning --no-headers -A');
    assert.match(warnings.stdout, /^default +20m \(x3 over 20m\) +Warning +Tested +Pod\/pod-new [^\n]*\n$/);
    assert.match(
      (await kubectl.run('events --for pod/pod-old -o jsonpath={.items[*].metadata.name}')).stdout,
      /^old$/,
    );
    const none = await kubectl.run('events --for pod/other');
    assert.deepEqual([none.code, none.stderr], [0, 'No events found in default namespace.\n']);
  });

  it('refuses other types, and words that name no object', async () => {
    assert.equal(
      (await kubectl.run('events --types=Other')).stderr,
      'error: valid --types are Normal or Warning\n',
    );
    assert.equal(
      (await kubectl.run('events --for pod')).stderr,
      'error: --for must be in resource/name form\n',
    );
  });

  it('shows those that come', async () => {
    const abort = new AbortController();
    const seen = kubectl.run('events --watch --types=Warning', {
      signal: abort.signal,
      onOutput: (stdout) => {
        if (stdout.includes('Pod/pod-later')) abort.abort();
      },
    });
    await event('later', 'Warning', 0);
    assert.match((await seen).stdout, /Pod\/pod-later/);
  });

  it('stand at the end of a description, which finds them by the object', async () => {
    await createObject(kubectl, '/apis/coordination.k8s.io/v1/namespaces/default/leases', {
      metadata: { name: 'l' },
    });
    const uid = (await kubectl.run('get lease l -o jsonpath={.metadata.uid}')).stdout;
    await createObject(kubectl, '/api/v1/namespaces/default/events', {
      metadata: { name: 'of-lease' },
      involvedObject: { kind: 'Lease', name: 'l', namespace: 'default', uid },
      reason: 'Held',
      type: 'Normal',
      message: 'm',
    });
    assert.match(
      (await kubectl.run('describe lease l')).stdout,
      /Events:\n {2}Type(?:.|\n)*Normal +Held +<unknown> +m\n$/,
    );
  });
});
