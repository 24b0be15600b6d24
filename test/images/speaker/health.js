// A gRPC health server without a library: service `ready` serves, `live` serves until a file /sick is there.
const { existsSync } = require('node:fs');
const http2 = require('node:http2');

const SERVING = 1;
const NOT_SERVING = 2;
const message = (status) => Buffer.from([0, 0, 0, 0, 2, 8, status]);

http2
  .createServer()
  .on('stream', (stream) => {
    const chunks = [];
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.on('end', () => {
      const sick = Buffer.concat(chunks).includes('live') && existsSync('/sick');
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(message(sick ? NOT_SERVING : SERVING));
    });
  })
  .listen(9000);
