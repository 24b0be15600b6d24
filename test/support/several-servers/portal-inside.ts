// Runs in a machine (see portal.ts): whoever connects to its Unix socket and sends a line `HOST PORT` is joined to that address, as the
// machine finds it. Argument: the socket's path.
import { connect, createServer, type Socket } from 'node:net';

createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => {});
  socket.once('data', (first: Buffer) => {
    const end = first.indexOf(10);
    const [host = '', port = ''] = first.subarray(0, end).toString().split(' ');
    socket.pause();
    join(socket, connect({ host, port: Number(port), allowHalfOpen: true }), first.subarray(end + 1));
  });
}).listen(process.argv[2], () => process.stdout.write('listens\n'));

function join(socket: Socket, target: Socket, rest: Buffer): void {
  const end = () => {
    socket.destroy();
    target.destroy();
  };
  target.on('error', end);
  socket.on('error', end);
  target.on('close', () => socket.destroy());
  socket.on('close', () => target.destroy());
  if (rest.length > 0) target.write(rest);
  socket.pipe(target);
  target.pipe(socket);
}
