// A database in miniature, for tests of storage: an append-only file whose records are chained by checksums. An append is
// acknowledged when it is on disk. At its start it reads everything again: an unfinished last record was never acknowledged and is
// cut off; anything else that does not fit ends the program.
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const { createServer } = require('node:http');

const directory = process.env.DATA || '/data';
const file = `${directory}/ledger`;
const checksum = (before, seq, text) => createHash('sha256').update(`${before} ${seq} ${text}`).digest('hex');

/** Records so far, and where the last whole one ends; throws on damage. */
function verify() {
  const bytes = fs.existsSync(file) ? fs.readFileSync(file) : Buffer.alloc(0);
  const end = bytes.lastIndexOf(10) + 1;
  let last = { seq: 0, sum: '' };
  for (const line of bytes.subarray(0, end).toString().split('\n').slice(0, -1)) {
    const [seq, text, sum] = line.split(' ');
    if (Number(seq) !== last.seq + 1 || sum !== checksum(last.sum, seq, text))
      throw new Error(`record ${last.seq + 1} is damaged: ${line.slice(0, 80)}`);
    last = { seq: Number(seq), sum };
  }
  return { ...last, end };
}

let { seq, sum, end } = verify();
const isNew = !fs.existsSync(file);
const fd = fs.openSync(file, isNew ? 'wx' : 'r+');
fs.ftruncateSync(fd, end);
if (isNew) fs.fsyncSync(fs.openSync(directory, 'r'));

function append(text) {
  const next = checksum(sum, seq + 1, text);
  const line = Buffer.from(`${seq + 1} ${text} ${next}\n`);
  for (let done = 0; done < line.length; )
    done += fs.writeSync(fd, line, done, line.length - done, end + done);
  fs.fdatasyncSync(fd);
  [seq, sum, end] = [seq + 1, next, end + line.length];
  return seq;
}

createServer((request, response) => {
  try {
    const { pathname, searchParams } = new URL(request.url, 'http://ledger');
    if (pathname === '/append') {
      response.end(String(append('x'.repeat(Number(searchParams.get('bytes') || 100)))));
    } else {
      response.end(String(verify().seq));
    }
  } catch (error) {
    response.writeHead(500).end(error.message);
  }
}).listen(8080);
