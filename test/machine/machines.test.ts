// The machines that other tests use: what they have to themselves, how they are cut off, what survives a reboot, and that nothing of
// them survives the test.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { tryExec } from '../../src/kit/exec.ts';
import { eventually } from '../support/eventually.ts';
import type { Machine } from '../support/machines/machine.ts';
import { type Machines, startMachines } from '../support/machines/machines.ts';

const NAME = 'tph-machines';

describe('machines', { skip: process.getuid?.() !== 0 && 'needs root' }, () => {
  let machines: Machines;
  let m1: Machine;
  let m2: Machine;
  let m3: Machine;
  before(async () => {
    machines = await startMachines(NAME, { count: 3, segments: 2, clocks: true });
    [m1, m2, m3] = machines.all as [Machine, Machine, Machine];
  });
  after(() => machines.end());

  const reaches = async (from: Machine, to: string) =>
    (await from.tryExec(['busybox', 'ping', '-c1', '-W1', to])).code === 0;
  const node = (script: string) => [process.execPath, '-e', script];

  test('have names, addresses, processes and files of their own', async () => {
    for (const machine of [m1, m2, m3]) {
      assert.equal((await machine.exec(['hostname'])).trim(), machine.name);
      await machine.exec(['sh', '-c', `echo ${machine.name} > /var/lib/tiphys/who; echo x > /run/here`]);
    }
    assert.equal(await m1.exec(['cat', '/var/lib/tiphys/who']), 'm1\n');
    assert.equal(readFileSync(m2.onDisk('/var/lib/tiphys/who'), 'utf8'), 'm2\n');
    assert.equal(existsSync('/run/here'), false);
    const processes = (await m1.exec(['sh', '-c', 'ls /proc | grep -c "^[0-9]"'])).trim();
    assert.ok(Number(processes) < 10, `${processes} processes`);
    assert.equal((await m1.exec(['sh', '-c', 'cat /proc/self/cgroup'])).includes('..'), false);
  });

  test('reach one another by name, beyond their segment too, and nothing else', async () => {
    assert.notEqual(m1.segment, m2.segment);
    assert.equal(m1.segment, m3.segment);
    for (const to of ['m2', 'm3', m2.addresses[1], m3.addresses[1]]) assert.ok(await reaches(m1, to), to);
    const routes = await machines.network.exec(['ip', 'route']);
    assert.doesNotMatch(routes, /default/);
  });

  for (const kind of ['in a segment', 'between segments'])
    test(`can be cut off from one another ${kind}, in one direction or both`, async () => {
      const other = kind === 'in a segment' ? m3 : m2;
      const hears = await listener(other);
      await send(m1, other);
      await eventually('a word', () => hears() === 1);
      await machines.cut(other, m1);
      assert.equal(await reaches(m1, other.address), false, 'no answer comes back');
      await send(m1, other);
      await eventually('a word', () => hears() === 2);
      await machines.heal();
      assert.ok(await reaches(m1, other.address));
      await machines.partition(m1, other);
      await send(m1, other);
      assert.equal(await reaches(other, m1.address), false);
      assert.ok(await reaches(m1, (other === m3 ? m2 : m3).address), 'the third is reached');
      await machines.heal();
      await machines.isolate(other);
      assert.equal(await reaches(other, m1.address), false);
      await machines.heal();
      assert.ok(await reaches(other, m1.address));
      assert.equal(hears(), 2, 'what was sent while they were parted is lost');
    });

  /** Counts datagrams that arrive. */
  async function listener(machine: Machine): Promise<() => number> {
    const program = machine.spawn(
      node(`const s = require('dgram').createSocket('udp4'); s.on('message', () => console.log('word'));
        s.bind(4000, () => console.log('listens'))`),
    );
    await eventually('a listener', () => program.output().includes('listens'));
    return () => program.output().split('word').length - 1;
  }

  const send = (from: Machine, to: Machine) =>
    from.exec(
      node(
        `const s = require('dgram').createSocket('udp4'); s.send('x', 4000, '${to.address}', () => s.close())`,
      ),
    );

  test('lose a share of the packets', async () => {
    await machines.lose(m1, 0.5);
    const { stdout } = await m2.tryExec(['busybox', 'ping', '-c40', '-i0.02', '-W1', m1.address]);
    await machines.heal();
    const received = Number(/(\d+) packets received/.exec(stdout)?.[1]);
    assert.ok(received > 0 && received < 40, stdout);
  });

  test('keep their disk over a reboot, and nothing else', async () => {
    const sleeper = m3.spawn(['sleep', '1000']);
    await m3.exec(['sh', '-c', 'echo kept > /var/lib/tiphys/kept; echo gone > /run/gone']);
    await m3.kill();
    assert.equal(await sleeper.ended, 'SIGKILL');
    assert.equal(await reaches(m1, m3.address), false);
    await m3.boot();
    assert.equal(await m3.exec(['cat', '/var/lib/tiphys/kept']), 'kept\n');
    assert.notEqual((await m3.tryExec(['ls', '/run/gone'])).code, 0);
    assert.ok(await reaches(m1, m3.address));
  });

  test('have clocks that can be wrong, and programs that can be killed', async () => {
    const now = async (machine: Machine) => Number(await machine.exec(node('console.log(Date.now())')));
    m1.setClock(3_600_000);
    assert.ok((await now(m1)) - (await now(m2)) > 3_500_000);
    m1.setClock(0);
    const sleeper = m1.spawn(['sleep', '1000'], { name: 'sleeper' });
    await eventually('its id', async () => (await m1.exec(['cat', '/run/programs/sleeper-1'])) !== '');
    await sleeper.kill('TERM');
    assert.equal(sleeper.running, false);
  });
});

test('nothing of the machines is left after a SIGKILL of the test', {
  skip: process.getuid?.() !== 0 && 'needs root',
}, async () => {
  const script = `
    import { startMachines } from '${new URL('../support/machines/machines.ts', import.meta.url)}';
    const { all } = await startMachines('tph-killed', { count: 2 });
    for (const one of all) one.spawn(['sleep', '4321']);
    console.log('ready', all[0].onDisk(''), process.pid);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    '--input-type=module-typescript',
    '-e',
    script,
  ]);
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  child.stderr.on('data', (chunk) => process.stderr.write(chunk));
  const [, disk, pid] = await eventually('machines', () => /ready (\S+) (\d+)/.exec(said) ?? undefined);
  const programs = async () => (await tryExec(['pgrep', '-fx', 'sleep 4321'])).stdout.trim();
  await eventually('their programs', async () => (await programs()).split('\n').length === 2);
  process.kill(Number(pid), 'SIGKILL');
  await eventually('the end of their programs', async () => (await programs()) === '');
  await eventually('the end of their disks', () => !existsSync(disk!));
  const cgroups = await tryExec(['find', '/sys/fs/cgroup', '-maxdepth', '3', '-name', `tph-killed-${pid}`]);
  assert.equal(cgroups.stdout, '');
});
