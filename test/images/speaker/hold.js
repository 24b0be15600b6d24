// `node /hold.js HOST PORT`: keeps one TCP connection open and has bytes echoed on it; prints `open` after the first echo, and `cut` when
// none has come for two seconds.
const net = require('node:net');

const [host, port] = process.argv.slice(2);
const socket = net.connect({ host, port: Number(port) });
let last;
socket.on('error', () => {});
socket.on('data', () => {
  if (!last) console.log('open');
  last = Date.now();
});
setInterval(() => {
  socket.write('?');
  if (!last || Date.now() - last < 2000) return;
  console.log('cut');
  process.exit(0);
}, 50);
