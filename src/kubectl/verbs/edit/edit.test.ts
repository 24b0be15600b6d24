import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { Deployment } from '../../../api/kinds/apps/v1/deployment.ts';
import { ConfigMap } from '../../../api/kinds/core/v1/config-map.ts';
import { headerOf } from '../../editing/text.ts';
import { type KubectlServer, startKubectlServer } from '../../testing/kubectl.fake.ts';

let k: KubectlServer;
before(async () => {
  k = await startKubectlServer();
  await k.client.create(ConfigMap, {
    ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'default' } },
    data: { a: 'old' },
  });
});
after(() => k.stop());

/** An editor that runs these lines of shell on the file `$1`. */
function edit(words: string, script: string) {
  const editor = k.file('editor.sh', `#!/bin/sh\n${script}\n`);
  chmodSync(editor, 0o755);
  return k.run(words, { env: { EDITOR: editor, TMPDIR: k.home, PATH: process.env.PATH ?? '' } });
}

describe('kubectl edit', () => {
  it('sends what was changed, and shows the patch', async () => {
    assert.deepEqual(await edit('edit cm c --output-patch', 'sed -i s/old/new/ "$1"'), {
      ...{ code: 0, stderr: '' },
      stdout: 'Patch: {"data":{"a":"new"}}\nconfigmap/c edited\n',
    });
    assert.deepEqual((await k.client.get(ConfigMap, 'c', 'default')).data, { a: 'new' });
  });

  it('does nothing without a change', async () => {
    const { code, stderr } = await edit('edit cm c', 'echo "# a comment" >> "$1"');
    assert.deepEqual([code, stderr], [0, 'Edit cancelled, no changes made.\n']);
  });

  it('shows the text again with what the server refuses, until it is given up', async () => {
    await k.client.create(Deployment, {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd', namespace: 'default' } },
      spec: {
        ...{ replicas: 1, selector: { matchLabels: { a: 'b' } } },
        template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
      },
    });
    const script = `cp "$1" ${k.home}/shown; sed -i 's/replicas: .*/replicas: -1/' "$1"`;
    const { code, stderr } = await edit('edit deploy d', script);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^error: deployments.apps "d" is invalid\nA copy of your changes has been stored to ".*\.yaml"\nerror: Edit cancelled, no valid changes were saved.\n$/,
    );
  });

  it('refuses another name', async () => {
    const { stderr } = await edit('edit cm c', `sed -i 's/name: c$/name: q/' "$1"`);
    assert.match(stderr, /error: At least one of apiVersion, kind and name was changed\n$/);
  });

  it('says why in the header', () => {
    const header = headerOf([{ head: 'x was not valid', more: ['a: b\nc'] }], false);
    assert.ok(header.endsWith('# x was not valid:\n# * a: b\n# c\n#\n'));
  });
});
