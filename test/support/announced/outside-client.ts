// A machine beside a cluster's nodes, as a network namespace on the bridge between them: it finds announced addresses by ARP and
// neighbour discovery, and sends to them without the machine's help.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { systemClock } from '../../../src/kit/clock.ts';
import { type ExecResult, exec, tryExec } from '../../../src/kit/exec.ts';

export interface OutsideClient {
  readonly addresses: readonly string[];
  exec(...command: string[]): Promise<string>;
  tryExec(...command: string[]): Promise<ExecResult>;
  /** The Ethernet address that it has for this address; undefined when it has none. */
  neighbour(address: string): Promise<string | undefined>;
  /** Asks again and again, one connection after the other. */
  ask(address: string, port: number): Asking;
  remove(): Promise<void>;
}

export interface Asking {
  /** Resolves with the next answer that is given from now on. */
  next(): Promise<Answered>;
  stop(): void;
}

export interface Answered {
  readonly text: string;
  /** When the question was asked: milliseconds since the epoch. */
  readonly asked: number;
}

interface Plan {
  readonly bridge: string;
  readonly networks: readonly { readonly nodeCidr: string; readonly gateway: string }[];
}

/** Resolves with the milliseconds from the failure to the first question after it that was answered. */
export async function failover(asking: Asking, fail: () => Promise<unknown>): Promise<number> {
  await asking.next();
  const failed = systemClock.now();
  await fail();
  return (await asking.next()).asked - failed;
}

/** `routes` are found on the link. */
export async function outsideClient(cluster: string, routes: readonly string[]): Promise<OutsideClient> {
  const { plan } = JSON.parse(readFileSync(`/run/tiphys/clusters/${cluster}.json`, 'utf8')) as { plan: Plan };
  const name = `${plan.bridge}out`;
  const remove = async () => {
    await tryExec(['ip', 'link', 'del', `${name}0`]);
    await tryExec(['ip', 'netns', 'del', name]);
  };
  await remove();
  const addresses = plan.networks.map(({ gateway }) => gateway.replace(/254$/, '200').replace(/fe$/, 'c8'));
  const inside = ['ip', '-n', name];
  await exec(['ip', 'netns', 'add', name]);
  await exec(['ip', 'link', 'add', `${name}0`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name]);
  await exec(['ip', 'link', 'set', `${name}0`, 'master', plan.bridge, 'up']);
  for (const [i, { nodeCidr }] of plan.networks.entries())
    await exec([
      ...inside,
      'addr',
      'add',
      `${addresses[i]}/${nodeCidr.split('/')[1]}`,
      'dev',
      'eth0',
      ...(i > 0 ? ['nodad'] : []),
    ]);
  await exec([...inside, 'link', 'set', 'eth0', 'up']);
  for (const route of routes) await exec([...inside, 'route', 'add', route, 'dev', 'eth0']);
  const prefix = ['ip', 'netns', 'exec', name];
  return {
    addresses,
    exec: (...command) => exec([...prefix, ...command]),
    tryExec: (...command) => tryExec([...prefix, ...command]),
    neighbour: async (address) => {
      const found = JSON.parse((await exec([...inside, '-json', 'neigh', 'show', address])) || '[]') as {
        lladdr?: string;
      }[];
      return found[0]?.lladdr;
    },
    ask: (address, port) => ask(prefix, address, port),
    remove,
  };
}

/** Until an answer. */
const LIMIT_MS = 20_000;

/** Each question gets 200 ms, and the next one follows 20 ms after it. */
const ASK = `
const net = require('node:net');
const [host, port] = process.argv.slice(1);
const once = () => {
  const asked = Date.now();
  const socket = net.connect({ host, port: Number(port) });
  let over = false;
  const end = (text) => {
    if (over) return;
    over = true;
    socket.destroy();
    if (text) console.log(JSON.stringify({ asked, text }));
    setTimeout(once, 20);
  };
  socket.setTimeout(200, () => end());
  socket.on('error', () => end());
  socket.on('close', () => end());
  socket.on('data', (data) => end(String(data).trim()));
};
once();
`;

function ask(prefix: readonly string[], address: string, port: number): Asking {
  const [program, ...words] = [...prefix, process.execPath, '-e', ASK, address, String(port)];
  const child = spawn(program!, words, { stdio: ['ignore', 'pipe', 'ignore'] });
  const waiting = new Set<{ readonly since: number; resolve(answer: Answered): void }>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = JSON.parse(line) as Answered;
    for (const one of waiting)
      if (answer.asked >= one.since) {
        waiting.delete(one);
        one.resolve(answer);
      }
  });
  return {
    next: () =>
      new Promise((resolve, reject) => {
        const limit = systemClock.after(LIMIT_MS, () => reject(new Error(`${address} does not answer`)));
        const end = (answer: Answered) => {
          limit.cancel();
          resolve(answer);
        };
        waiting.add({ since: systemClock.now(), resolve: end });
      }),
    stop: () => void child.kill('SIGKILL'),
  };
}
