// What the driver of a node's disk finds on it, and what programs print.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { isGrpcError } from '../../../src/kit/grpc/status.ts';
import { parseExtents } from '../../../src/storage/machine/extents.ts';
import { checkName, nameOf } from '../../../src/storage/names.ts';
import { Records, type VolumeRecord } from '../../../src/storage/volumes/records.ts';
import { jsonValues, nearMisses, piecesOf } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const directory = mkdtempSync(join(tmpdir(), 'fuzz-records-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
const records = new Records<VolumeRecord>(directory);
const record = { bytes: 1 << 20, type: 'ext4', fileSystemBytes: 1 << 20, sharedBytes: 0 };

const SIZE = 8 << 20;
const EXTENTS = '   0:        0..     511:  403759104.. 403759615:    512:             unwritten\n';

export const targets = [
  fuzzTarget({
    name: 'storage/records',
    input: fc.oneof(
      nearMisses([JSON.stringify(record)]),
      fc
        .tuple(fc.constantFrom(...Object.keys(record)), jsonValues(1))
        .map(([key, value]) => JSON.stringify({ ...record, [key]: value })),
    ),
    run: async (text) => {
      writeFileSync(join(directory, 'v.json'), text);
      const { bytes, fileSystemBytes, sharedBytes, type } = (await records.read('v'))!;
      for (const number of [bytes, fileSystemBytes, sharedBytes]) assert.ok(number >= 0);
      assert.ok(['ext4', 'xfs', 'block'].includes(type));
    },
    refuses: (error) => isGrpcError(error, 'dataLoss'),
  }),
  fuzzTarget({
    name: 'storage/ids',
    input: piecesOf(['n1', '/', '..', 'pvc-1', '\0', '%2f', 'A']),
    run: (id) => {
      const name = nameOf('n1', id);
      if (name !== undefined) assert.equal(checkName(name), name);
    },
    refuses: (error) => isGrpcError(error),
  }),
  fuzzTarget({
    name: 'storage/extents',
    input: nearMisses([EXTENTS.repeat(3)], ['..', ':', '9'.repeat(30), '-1']),
    run: (text) => {
      for (const { start, end } of parseExtents(text, SIZE))
        assert.ok(start >= 0 && start < end && end <= SIZE);
    },
    refuses: () => false,
  }),
];
