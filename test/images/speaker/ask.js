// `node /ask.js HOST PORT [udp]`: prints the first line that the server says to each of eight questions in turn;
// `ECONNREFUSED` and the like when it cannot.
const dgram = require('node:dgram');
const net = require('node:net');

const [host, port, protocol = 'tcp'] = process.argv.slice(2);

function ask(tell) {
  const timer = setTimeout(() => end('ETIMEDOUT'), 3000);
  const overUdp = protocol === 'udp';
  const socket = overUdp ? dgram.createSocket('udp4') : net.connect({ host, port: Number(port) });
  const end = (text) => {
    clearTimeout(timer);
    if (overUdp) socket.close();
    else socket.destroy();
    tell(String(text).trim());
  };
  socket.once('error', (error) => end(error.code));
  socket.once(overUdp ? 'message' : 'data', end);
  if (overUdp) socket.connect(Number(port), host, () => socket.send('?'));
}

(async () => {
  for (let i = 0; i < 8; i++) console.log(await new Promise(ask));
})();
