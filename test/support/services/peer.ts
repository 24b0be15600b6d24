// A program in one network namespace of the scene: answers over TCP and UDP with its name and the client's address, and asks others.
// Each line on stdin is a list of questions, each line on stdout the list of their answers.
import { createSocket } from 'node:dgram';
import net from 'node:net';
import { createInterface } from 'node:readline';

export interface Question {
  readonly protocol: 'tcp' | 'udp';
  readonly host: string;
  readonly port: number;
  /** The client's port. */
  readonly from?: number;
}

const [name = '', port = '0'] = process.argv.slice(2);
const WAIT_MS = 400;
/** Clients' UDP sockets that keep their port. */
const kept = new Map<number, ReturnType<typeof createSocket>>();

const plain = (address: string | undefined) => (address ?? '').replace(/^::ffff:/, '');

function overTcp({ host, port }: Question): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const end = (text: string) => {
      socket.destroy();
      resolve(text);
    };
    socket.setTimeout(WAIT_MS, () => end('silence'));
    socket.on('data', (data) => end(String(data)));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'error'));
  });
}

/** A client without a port of its own is told what ICMP says. */
async function overUdp({ host, port, from = 0 }: Question): Promise<string> {
  const known = kept.get(from);
  const socket = known ?? createSocket(net.isIPv6(host) ? 'udp6' : 'udp4');
  if (!known) await new Promise<void>((resolve) => socket.bind(from, resolve));
  if (!from) await new Promise<void>((resolve) => socket.connect(port, host, resolve));
  const answer = await new Promise<string>((resolve) => {
    const timer = setTimeout(() => resolve('silence'), WAIT_MS);
    const end = (text: string) => {
      clearTimeout(timer);
      resolve(text);
    };
    for (const event of ['message', 'error']) socket.removeAllListeners(event);
    socket.once('message', (data) => end(String(data)));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'error'));
    if (from) socket.send('?', port, host, () => {});
    else socket.send('?', () => {});
  });
  if (from) kept.set(from, socket);
  else socket.close();
  return answer;
}

if (port !== '0') {
  net
    .createServer((socket) => {
      socket.on('error', () => {});
      socket.end(`${name} ${plain(socket.remoteAddress)}`);
    })
    .listen(Number(port), '::');
  const udp = createSocket('udp6');
  udp.on('message', (_, client) => udp.send(`${name} ${plain(client.address)}`, client.port, client.address));
  udp.bind(Number(port), '::');
}
for await (const line of createInterface({ input: process.stdin })) {
  const questions = JSON.parse(line) as Question[];
  const answers: string[] = [];
  for (const question of questions)
    answers.push(await (question.protocol === 'udp' ? overUdp(question) : overTcp(question)));
  process.stdout.write(`${JSON.stringify(answers)}\n`);
}
process.exit(0);
