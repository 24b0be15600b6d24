// Says `name client-address port` to whoever connects to TCP 8080 or 8081, or sends to UDP 5300. A TCP connection stays
// open until the client closes it, and echoes. On TERM it goes on for as many seconds as LINGER says (0 by default).
const dgram = require('node:dgram');
const net = require('node:net');
const { hostname } = require('node:os');

const plain = (address) => address.replace('::ffff:', '');
for (const port of [8080, 8081])
  net
    .createServer((socket) => {
      socket.on('error', () => {});
      socket.write(`${hostname()} ${plain(socket.remoteAddress)} ${port}\n`);
      socket.pipe(socket);
    })
    .listen(port);

for (const options of [{ type: 'udp4' }, { type: 'udp6', ipv6Only: true }]) {
  const udp = dgram.createSocket(options);
  udp.on('message', (_, { address, port }) => udp.send(`${hostname()} ${address} 5300\n`, port, address));
  udp.bind(5300);
}

process.on('SIGTERM', () => setTimeout(() => process.exit(0), 1000 * Number(process.env.LINGER ?? 0)));
