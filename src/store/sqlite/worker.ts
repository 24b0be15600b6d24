// The store's worker thread: owns the data file and carries out the main thread's requests one after another.
// Started by WorkerJournal from this file, or from the bundle made of it.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { CorruptRecord, Database } from './database.ts';
import type { Refusal, Reply, Request, WorkerSetup } from './messages.ts';

const SQLITE_BUSY = 5;

function serve(port: MessagePort, { directory }: WorkerSetup): void {
  const reply = (message: Reply) => port.postMessage(message);
  let database: Database | undefined;
  try {
    database = new Database(directory);
    load(port, database);
  } catch (error) {
    reply(refused(error));
    return port.close();
  }
  port.on('message', (request: Request) => {
    try {
      reply({ kind: 'done', more: handle(database, request) });
    } catch (error) {
      reply(refused(error));
    }
    if (request.kind === 'close') port.close();
  });
}

function load(port: MessagePort, database: Database): void {
  const send = (message: Reply, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
  send({ kind: 'opened', compacted: database.compacted });
  for (const records of database.load()) {
    const slab = records.buffer as ArrayBuffer;
    send({ kind: 'records', slab, length: records.length }, [slab]);
  }
  send({ kind: 'loaded' });
}

function handle(database: Database, request: Request): boolean {
  switch (request.kind) {
    case 'append':
      database.append(Buffer.from(request.slab));
      return false;
    case 'forget':
      database.forget(request.compacted, request.revisions);
      return false;
    case 'shrink':
      return database.shrink();
    case 'close':
      database.close();
      return false;
  }
}

function refused(error: unknown): Reply {
  const cause = error instanceof Error ? error : new Error(String(error));
  return { kind: 'refused', refusal: refusalOf(cause), error: cause };
}

function refusalOf(error: Error): Refusal {
  if (error instanceof CorruptRecord) return 'corrupt';
  return 'errcode' in error && error.errcode === SQLITE_BUSY ? 'locked' : 'failed';
}

if (parentPort) serve(parentPort, workerData as WorkerSetup);
