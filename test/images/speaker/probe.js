// `node /probe.js tcp:HOST:PORT udp:HOST:PORT …`: prints, as a JSON list, which of them answer within two seconds; all are asked at once.
// An address of IPv6 stands in brackets; `tcp4:`, `tcp6:` and so on ask a name for an address of that family only.
const dgram = require('node:dgram');
const net = require('node:net');

const answers = (target) =>
  new Promise((resolve) => {
    const [, protocol, given, host, port] = /^(tcp|udp)([46]?):\[?(.*?)\]?:(\d+)$/.exec(target);
    const family = Number(given) || net.isIP(host);
    const overUdp = protocol === 'udp';
    const socket = overUdp
      ? dgram.createSocket(family === 6 ? 'udp6' : 'udp4')
      : net.connect({ host, port: Number(port), family });
    const end = (answered) => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.on('error', () => {});
      if (overUdp) socket.close();
      else socket.destroy();
      resolve(answered && target);
    };
    const timer = setTimeout(() => end(false), 2000);
    socket.once('error', () => end(false));
    socket.once(overUdp ? 'message' : 'data', () => end(true));
    if (overUdp) socket.connect(Number(port), host, (error) => (error ? end(false) : socket.send('?')));
  });

Promise.all(process.argv.slice(2).map(answers)).then((found) =>
  console.log(JSON.stringify(found.filter(Boolean))),
);
