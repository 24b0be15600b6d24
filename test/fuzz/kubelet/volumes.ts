// What a kubelet finds of volumes: files of an earlier kubelet, the table of mounts, and templates of secrets.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import { resolveNamespace, resolveSecret } from '../../../src/api/volumes/secret-templates.ts';
import { parseMounts } from '../../../src/kit/process/mount-entries.ts';
import { MemoryFiles } from '../../../src/kubelet/files/memory-files.fake.ts';
import { nodePath } from '../../../src/kubelet/files/node-files.ts';
import { foundVolumes } from '../../../src/kubelet/volumes/csi/found.ts';
import { CsiPaths, places, stageDataOf, targetPathOf } from '../../../src/kubelet/volumes/csi/paths.ts';
import { jsonValues, nearMisses, piecesOf } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const data = {
  specVolID: 'pv',
  volumeHandle: 'h',
  driverName: 'd.example.com',
  volumeLifecycleMode: 'Persistent',
};
const dataText = fc.oneof(
  nearMisses([JSON.stringify(data)], ['../', '..', '/', '\\u0000']),
  fc
    .tuple(fc.constantFrom(...Object.keys(data)), jsonValues(1))
    .map(([key, value]) => JSON.stringify({ ...data, [key]: value })),
);
const paths = new CsiPaths('/root');

const MOUNT = '36 35 98:0 /mnt1 /mnt\\0402 rw,noatime shared:1 - ext3 /dev/root rw,errors=continue';
const tokens = { 'pv.name': 'pvc-1', 'pvc.namespace': 'ns' };

export const targets = [
  fuzzTarget({
    name: 'kubelet/vol-data',
    input: dataText,
    run: async (text) => {
      const files = new MemoryFiles();
      for (const directory of [`${places.podVolumes('u')}/pv`, `${places.stages}/d.example.com/0`]) {
        await files.makeDirectory(paths.file(directory));
        await files.write(nodePath(paths.text(directory), 'vol_data.json'), text);
      }
      const { published, staged } = await foundVolumes({ files, paths });
      for (const id of [...published.map((one) => one.id), ...staged]) {
        assert.ok(join('/', stageDataOf(id)).startsWith(`/${places.stages}/`));
        assert.ok(join('/', targetPathOf(id, 'u')).startsWith('/pods/u/volumes/'));
      }
    },
    refuses: () => false,
  }),
  fuzzTarget({
    name: 'kit/mountinfo',
    input: nearMisses([MOUNT, `${MOUNT}\n${MOUNT}\n`], ['\\040', '\\', ' - ', ' ', '\n']),
    run: (text) => {
      for (const { point, source, tags, options } of parseMounts(text))
        assert.ok(point && typeof source === 'string' && tags && options);
    },
    refuses: () => false,
  }),
  fuzzTarget({
    name: 'api/secret-templates',
    input: piecesOf([
      '$',
      '{',
      '}',
      '{pv.name}',
      '$pvc',
      '.namespace',
      '{pvc.namespace}',
      'a',
      '-',
      '..',
      '/',
    ]),
    run: (template) => {
      assert.match(resolveNamespace(template, tokens), /^[a-z0-9-]+$/);
      assert.match(resolveSecret(template, tokens), /^[a-z0-9.-]+$/);
    },
    refuses: (error) => error instanceof Error && /error resolving|is not a valid/.test(error.message),
  }),
];
