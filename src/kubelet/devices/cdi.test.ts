import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { messageOf } from '../../kit/message-of.ts';
import { MemoryFiles } from '../files/memory-files.fake.ts';
import { nodePath } from '../files/node-files.ts';
import { cdiEdits, withEdits } from './cdi.ts';

const spec = {
  cdiVersion: '0.6.0',
  kind: 'vendor.com/gpu',
  containerEdits: { env: ['ALL=1'] },
  devices: [
    {
      name: 'one',
      containerEdits: {
        env: ['A=b=c'],
        deviceNodes: [{ path: '/dev/gpu0', hostPath: '/dev/null', permissions: 'rw' }, { path: '/dev/gpu1' }],
        mounts: [{ hostPath: '/h', containerPath: '/c', options: ['ro', 'rslave'] }],
      },
    },
    { name: 'two', containerEdits: { hooks: [{ hookName: 'createContainer', path: '/x' }] } },
  ],
};

async function filesWith(contents: Readonly<Record<string, string>>) {
  const files = new MemoryFiles();
  for (const [path, text] of Object.entries(contents)) {
    const cut = path.lastIndexOf('/');
    await files.makeDirectory(nodePath(path.slice(0, cut)));
    await files.write(nodePath(path.slice(0, cut), path.slice(cut + 1)), text);
  }
  return files;
}

describe('CDI devices', () => {
  it('add environment, device nodes and mounts', async () => {
    const files = await filesWith({ '/etc/cdi/v.json': JSON.stringify(spec) });
    const edits = await cdiEdits(files, ['vendor.com/gpu=one']);
    assert.deepEqual(edits, {
      envs: [
        { key: 'ALL', value: '1' },
        { key: 'A', value: 'b=c' },
      ],
      devices: [
        { containerPath: '/dev/gpu0', hostPath: '/dev/null', permissions: 'rw' },
        { containerPath: '/dev/gpu1', hostPath: '/dev/gpu1', permissions: 'rwm' },
      ],
      mounts: [{ hostPath: '/h', containerPath: '/c', readonly: true, propagation: 'hostToContainer' }],
    });
    const own = { metadata: { name: 'c' }, image: { image: 'i' }, envs: [{ key: 'A', value: 'mine' }] };
    assert.deepEqual(withEdits(own, edits).envs, [
      { key: 'ALL', value: '1' },
      { key: 'A', value: 'mine' },
    ]);
  });

  it('of /var/run/cdi win, and may be YAML', async () => {
    const yaml = 'kind: vendor.com/gpu\ndevices:\n- name: one\n  containerEdits:\n    env: ["Y=1"]\n';
    const files = await filesWith({ '/etc/cdi/v.json': JSON.stringify(spec), '/var/run/cdi/v.yaml': yaml });
    assert.deepEqual((await cdiEdits(files, ['vendor.com/gpu=one'])).envs, [{ key: 'Y', value: '1' }]);
  });

  it('that nobody knows, or that need more, are errors', async () => {
    const files = await filesWith({
      '/etc/cdi/v.json': JSON.stringify(spec),
      '/etc/cdi/bad.json': '{',
      '/etc/cdi/x': '',
    });
    const failure = (...names: string[]) => cdiEdits(files, names).then(() => '', messageOf);
    assert.equal(
      await failure('vendor.com/gpu=one', 'vendor.com/gpu=three'),
      'CDI device injection failed: unresolvable CDI devices vendor.com/gpu=three',
    );
    assert.equal(
      await failure('vendor.com/gpu=two'),
      'CDI device injection failed: vendor.com/gpu=two needs hooks, which is not supported',
    );
    assert.equal(await failure(), '');
  });
});
