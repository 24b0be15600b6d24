// A pod of the kernel's truth table (scene.ts): answers on some ports over TCP and UDP, and asks others. A line on standard
// input is a list of `tcp ADDRESS PORT`; the line on standard output is the list of those that answered.
import dgram from 'node:dgram';
import net from 'node:net';
import { createInterface } from 'node:readline';
import { systemClock } from '../../../src/kit/clock.ts';

/** Nothing is lost on the way: what has not answered by then has been dropped. */
const WAIT_MS = 400;

for (const port of process.argv.slice(2).map(Number)) {
  net.createServer((socket) => socket.on('error', () => {}).end('!')).listen(port);
  for (const type of ['udp4', 'udp6'] as const) {
    const udp = dgram.createSocket({ type, ipv6Only: type === 'udp6' });
    udp.on('message', (_, { address, port: from }) => udp.send('!', from, address));
    udp.bind(port);
  }
}

function answers(target: string): Promise<boolean> {
  const [protocol, host = '', port = ''] = target.split(' ');
  return new Promise((resolve) => {
    const overUdp = protocol === 'udp';
    const socket = overUdp
      ? dgram.createSocket(net.isIPv6(host) ? 'udp6' : 'udp4')
      : net.connect({ host, port: Number(port) });
    const timer = systemClock.after(WAIT_MS, () => end(false));
    const end = (answered: boolean) => {
      timer.cancel();
      resolve(answered);
      socket.removeAllListeners();
      socket.on('error', () => {});
      if (socket instanceof net.Socket) socket.destroy();
      else socket.close();
    };
    socket.once('error', () => end(false));
    socket.once('data', () => end(true)).once('message', () => end(true));
    if (socket instanceof dgram.Socket) socket.send('?', Number(port), host);
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  const targets: string[] = JSON.parse(line);
  const answered = await Promise.all(targets.map(answers));
  process.stdout.write(`${JSON.stringify(targets.filter((_, i) => answered[i]))}\n`);
}
