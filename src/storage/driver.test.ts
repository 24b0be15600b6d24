// What the driver answers when the node's programs fail, and that it touches nothing outside its directories. With programs that do
// nothing; test/machine has the real ones.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createVolume, deleteVolume, getCapacity } from '../csi/messages/controller.ts';
import { getPluginInfo } from '../csi/messages/identity.ts';
import { nodeGetInfo, nodePublishVolume } from '../csi/messages/node.ts';
import type { VolumeCapability } from '../csi/messages/volume.ts';
import { SteppedClock } from '../kit/clock.fake.ts';
import { ExecError } from '../kit/exec.ts';
import { silentLogger } from '../kit/log.ts';
import { lazyDiskDriver } from './lazy-driver.ts';
import type { Run } from './machine/run.ts';

const capability: VolumeCapability = {
  block: undefined,
  mount: { fsType: '', mountFlags: [], volumeMountGroup: '' },
  accessMode: { mode: 'SINGLE_NODE_WRITER' },
};

const creation = (name: string, parameters: Record<string, string> = {}) => ({
  name,
  capacityRange: { requiredBytes: 1 << 20, limitBytes: 0 },
  volumeCapabilities: [capability],
  parameters,
  secrets: {},
  volumeContentSource: undefined,
  accessibilityRequirements: undefined,
  mutableParameters: {},
});

describe('the driver of the node’s disk', () => {
  const directory = mkdtempSync(join(tmpdir(), 'disk-driver-'));
  after(() => rmSync(directory, { recursive: true }));

  /** `fail` gives what a program prints and ends with, for those that fail. */
  function driverWith(
    fail: (program: string) => { code: number; stderr: string } | undefined = () => undefined,
  ) {
    const run: Run = async (command, options) => {
      await options?.answer?.(process.pid);
      const failed = fail(command.join(' '));
      if (failed) throw new ExecError(command, { stdout: '', ...failed });
      return '';
    };
    const paths = { directory: join(directory, 'disk'), root: join(directory, 'kubelet') };
    return lazyDiskDriver({ node: 'n1', ...paths, run, clock: new SteppedClock(), log: silentLogger }).caller;
  }

  it('says who it is and where its volumes are', async () => {
    const driver = driverWith();
    assert.equal((await driver.unary(getPluginInfo, {})).name, 'disk.tiphys.io');
    const { nodeId, accessibleTopology } = await driver.unary(nodeGetInfo, {});
    assert.deepEqual(
      [nodeId, accessibleTopology?.segments],
      ['n1', { 'topology.disk.tiphys.io/node': 'n1' }],
    );
  });

  it('has no room on other nodes', async () => {
    const room = async (node: string) => {
      const accessibleTopology = { segments: { 'topology.disk.tiphys.io/node': node } };
      const request = { volumeCapabilities: [], parameters: {}, accessibleTopology };
      return (await driverWith().unary(getCapacity, request)).availableCapacity;
    };
    assert.ok((await room('n1')) >= 0);
    assert.equal(await room('n2'), 0);
  });

  for (const [code, stderr, answer] of [
    [1, 'fallocate: fallocate failed: No space left on device', 'resourceExhausted'],
    [127, "timeout: failed to run command 'mkfs.ext4': No such file or directory", 'failedPrecondition'],
    [124, '', 'deadlineExceeded'],
    [1, 'mkfs.ext4: Input/output error', 'internal'],
  ] as const)
    it(`answers ${answer} when a program fails with ${code} ${stderr.slice(-24)}, and leaves nothing`, async () => {
      const failing = code === 1 && answer !== 'internal' ? 'fallocate' : 'mkfs';
      const driver = driverWith((command) => (command.includes(failing) ? { code, stderr } : undefined));
      await assert.rejects(driver.unary(createVolume, creation('v')), { code: answer });
      const whole = driverWith();
      assert.equal((await whole.unary(createVolume, creation('v'))).volume?.volumeId, 'n1/v');
      await whole.unary(deleteVolume, { volumeId: 'n1/v', secrets: {} });
    });

  it('names the package of a program that is missing', async () => {
    const stderr = "timeout: failed to run command 'mkfs.xfs': No such file or directory";
    const driver = driverWith((command) => (command.includes('mkfs') ? { code: 127, stderr } : undefined));
    await assert.rejects(driver.unary(createVolume, creation('v')), /install xfsprogs/);
  });

  it('refuses parameters that it does not have, and names that could be paths', async () => {
    const driver = driverWith();
    for (const request of [creation('v', { size: '1' }), creation('../v')])
      await assert.rejects(driver.unary(createVolume, request), { code: 'invalidArgument' });
    await driver.unary(createVolume, creation('w', { 'csi.storage.k8s.io/pvc/name': 'c' }));
  });

  it('promises nothing twice when volumes are made at the same time', async () => {
    const driver = driverWith();
    const room = await driver.unary(getCapacity, {
      ...{ volumeCapabilities: [], parameters: {}, accessibleTopology: undefined },
    });
    const requiredBytes = Math.ceil(room.availableCapacity * 0.6);
    const large = (name: string) => ({
      ...creation(name),
      capacityRange: { requiredBytes, limitBytes: 0 },
    });
    const made = await Promise.allSettled(
      ['one', 'two', 'three'].map((name) => driver.unary(createVolume, large(name))),
    );
    const refused = made.filter((result) => result.status === 'rejected');
    assert.deepEqual(
      refused.map(({ reason }) => reason.code),
      ['resourceExhausted', 'resourceExhausted'],
    );
  });

  it('mounts nowhere but below the kubelet’s directory', async () => {
    const driver = driverWith();
    for (const targetPath of [
      '/etc',
      `${directory}/kubelet/../disk/x`,
      '',
      'kubelet/x',
      `${directory}/kubelet`,
    ])
      await assert.rejects(
        driver.unary(nodePublishVolume, {
          volumeId: 'n1/w',
          publishContext: {},
          stagingTargetPath: `${directory}/kubelet/staging`,
          targetPath,
          volumeCapability: capability,
          readonly: false,
          secrets: {},
          volumeContext: {},
        }),
        { code: 'invalidArgument' },
        targetPath,
      );
  });
});
