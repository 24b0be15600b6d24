// Volumes on a node's disk after the driver's process was killed between any two steps, and after the machine was.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DiskScene, fromSnapshot, MountNamespace, mounted } from '../support/storage/disk-scene.ts';

const AND = ' && ';
const textAt = (command: readonly string[]): number => command.indexOf('-c') + 1;
const stepsOf = (command: readonly string[]): string[] => (command[textAt(command)] ?? '').split(AND);
const withSteps = (command: readonly string[], steps: readonly string[]): string[] =>
  command.with(textAt(command), steps.join(AND));

const skip = process.getuid?.() !== 0 && 'needs root';

describe('the driver of a node’s disk, started again', { skip }, () => {
  let node: MountNamespace;
  let scene: DiskScene;
  before(async () => {
    node = await MountNamespace.start();
    scene = new DiskScene({ ...node, disk: join(node.directory, 'disk') });
  });
  after(async () => {
    await node.loseMounts();
    await scene.end();
    await node.end();
  });

  /**
   * Kills the driver before its first step, then before its second, and so on, until the call succeeds. Gives how often. A step is a
   * command, or one of those that a shell runs in turn: the shell is killed with the driver.
   */
  async function killedAtEachStep(call: () => Promise<unknown>): Promise<number> {
    for (let steps = 0; ; steps++) {
      let left = steps;
      scene.watch = async (command) => {
        const begun = left;
        left -= stepsOf(command).length;
        if (left >= 0) return;
        left = Number.NEGATIVE_INFINITY;
        if (begun > 0) await scene.shell(...withSteps(command, stepsOf(command).slice(0, begun)));
        throw new Error('killed');
      };
      const done = await call().then(
        () => true,
        (error) => {
          if (error.message !== 'killed') throw error;
          return false;
        },
      );
      scene.watch = () => {};
      if (done) return steps;
      await scene.restart();
    }
  }

  it('completes each call that was cut off', async () => {
    const life: Record<string, () => Promise<unknown>> = {
      create: () => scene.create('v', 8),
      stage: () => scene.stage('v'),
      publish: () => scene.publish('v'),
      write: () => scene.shell('sh', '-c', `echo kept > ${scene.target('v')}/file`),
      snapshot: () => scene.snapshot('s', 'v'),
      restore: () => scene.create('w', 12, mounted(), fromSnapshot('n1/s')),
      stageGrown: () => scene.stage('w'),
      publishGrown: () => scene.publish('w'),
    };
    for (const [name, call] of Object.entries(life)) {
      const steps = await killedAtEachStep(call);
      assert.ok(name === 'write' || steps > 2, `${name}: ${steps} steps`);
    }
    assert.equal(await scene.shell('cat', `${scene.target('w')}/file`), 'kept\n');
    const end = [
      ...['v', 'w'].flatMap((name) => [
        () => scene.unpublish(name),
        () => scene.unstage(name),
        () => scene.delete(name),
      ]),
      () => scene.deleteSnapshot('s'),
    ];
    for (const call of end) await killedAtEachStep(call);
    assert.deepEqual([scene.files(), await scene.loops()], [[], []]);
  });

  it('lets pods write on when it was killed while a volume was frozen', async () => {
    const path = await scene.use('frozen', 8);
    const at = scene.staging('frozen');
    scene.watch = (command) => {
      // As the program that freezes, killed before it could thaw.
      if (command.some((word) => word.includes('fsfreeze -f'))) throw new Error('killed');
    };
    await assert.rejects(scene.snapshot('s', 'frozen'), /killed/);
    scene.watch = () => {};
    writeFileSync(`${node.directory}/disk/snapshots/s.img.new`, '');
    await scene.shell('fsfreeze', '-f', at);
    await scene.restart();
    await scene.stats('frozen');
    await scene.shell('timeout', '10', 'touch', `${path}/file`);
    assert.deepEqual(scene.files(), ['frozen.img', 'frozen.json']);
    await scene.drop('frozen');
  });

  it('finds its volumes after the node was switched off', async () => {
    const path = await scene.use('kept', 8);
    await scene.shell('sh', '-c', `echo kept > ${path}/file; sync ${path}/file`);
    await node.renew();
    await scene.restart();
    await scene.stage('kept');
    await scene.publish('kept');
    assert.equal(await scene.shell('cat', `${path}/file`), 'kept\n');
    await scene.drop('kept');
    assert.deepEqual(await scene.loops(), []);
  });

  it('removes images without a record, and none whose record cannot be read', async () => {
    await scene.create('damaged', 1);
    writeFileSync(`${node.directory}/disk/volumes/damaged.json`, '{');
    writeFileSync(`${node.directory}/disk/volumes/orphan.img`, '');
    writeFileSync(`${node.directory}/disk/volumes/half.img.new`, '');
    await scene.restart();
    await assert.rejects(scene.stage('damaged'), { code: 'dataLoss' });
    assert.deepEqual(scene.files(), ['damaged.img', 'damaged.json']);
    await scene.delete('damaged');
    assert.deepEqual(scene.files(), []);
  });
});
