import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { silentLogger } from '../../kit/log.ts';
import { RegistryDoor } from './registry-door.ts';

/** Answers each connection with its kind and how many it has had, and says that it is idle after those named `idle`. */
const PROGRAM = `
let taken = 0;
process.on('message', (message, socket) => {
  if (message.kind === 'settings') return;
  taken++;
  socket?.end(message.kind + ' ' + taken + ' ' + process.pid);
});
process.on('SIGUSR2', () => process.send({ kind: 'idle', taken }));
process.on('disconnect', () => process.exit(0));
`;

function scene(t: TestContext) {
  const children: ChildProcess[] = [];
  let prepared = 0;
  const door = new RegistryDoor({
    settings: (port) => ({ root: '/x', port, trustsRoot: true, log: '/x', logLevel: 'info' }),
    prepare: async () => void prepared++,
    spawn: () => {
      const child = spawn(process.execPath, ['-e', PROGRAM], {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      children.push(child);
      return child;
    },
    log: silentLogger,
  });
  t.after(() => door.close());
  return { door, children, prepared: () => prepared };
}

function ask(port: number, address = '127.0.0.1', from?: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ port, host: address, ...(from && { localAddress: from }) });
    socket.on('data', (part) => {
      text += part;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });
}

const exited = (child: ChildProcess) =>
  new Promise<void>((resolve) => void child.once('exit', () => resolve()));

describe('the registry’s door', () => {
  it('starts no process before the first connection, and one for all that follow', async (t) => {
    const { door, children, prepared } = scene(t);
    const port = (await door.open([0]))!;
    assert.deepEqual([children.length, prepared(), door.pid], [0, 0, undefined]);
    const answers = await Promise.all([ask(port), ask(port), ask(port)]);
    assert.deepEqual(answers.map((text) => text.split(' ')[1]).sort(), ['1', '2', '3']);
    assert.deepEqual([children.length, prepared(), door.pid], [1, 1, children[0]!.pid]);
  });

  it('starts another one when that was killed, or has ended because nobody came', async (t) => {
    const { door, children } = scene(t);
    const port = (await door.open([0]))!;
    await ask(port);
    const killed = exited(children[0]!);
    children[0]!.kill('SIGKILL');
    await killed;
    assert.match(await ask(port), /^user 1 /);
    const ended = exited(children[1]!);
    children[1]!.kill('SIGUSR2');
    await ended;
    assert.equal(door.pid, undefined);
    assert.match(await ask(port), /^user 1 /);
    assert.equal(children.length, 3);
  });

  it('takes the next port where one is taken', async (t) => {
    const [first, second] = [scene(t), scene(t)];
    const port = (await first.door.open([0]))!;
    assert.notEqual(await second.door.open([port, 0]), port);
    assert.equal(await scene(t).door.open([port]), undefined);
  });

  it('lets only nodes in where nodes come in', async (t) => {
    const { door, children } = scene(t);
    await door.open([0]);
    const port = await door.openForNodes('127.0.0.1', ['127.0.0.9']);
    assert.equal(await ask(port, '127.0.0.1', '127.0.0.8'), '');
    assert.equal(children.length, 0, 'nothing is started for those');
    assert.match(await ask(port, '127.0.0.1', '127.0.0.9'), /^node 1 /);
  });
});
