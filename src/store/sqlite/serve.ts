// The store's worker thread: owns the data file and carries out the main thread's requests one after another.
// Called by worker.ts.
import type { MessagePort } from 'node:worker_threads';
import { type CommitHooks, Database } from './database.ts';
import type { Refusal, Reply, Request } from './messages.ts';
import { readRecords } from './record-codec.ts';
import { refusalOf } from './refusal.ts';

/** Makes what carries out one request and answers it through the port. */
export function storeServer(port: MessagePort, hooks: CommitHooks = {}): (request: Request) => void {
  let database: Database | undefined;
  return (request) => {
    try {
      if (request.kind === 'open') {
        database = new Database(request.directory, hooks);
        load(port, database);
      } else if (database)
        port.postMessage({
          kind: 'done',
          more: attempt(database, request),
          ...roomAfter(database, request),
        } satisfies Reply);
    } catch (error) {
      port.postMessage(refused(error, database));
      if (request.kind === 'open') port.close();
    }
    if (request.kind === 'close') port.close();
  };
}

function load(port: MessagePort, database: Database): void {
  const send = (message: Reply, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
  send({ kind: 'opened', compacted: database.compacted });
  for (const records of database.load()) {
    const slab = records.buffer as ArrayBuffer;
    send({ kind: 'records', slab, length: records.length }, [slab]);
  }
  send({ kind: 'loaded', ...database.room });
}

function handle(database: Database, request: Exclude<Request, { kind: 'open' }>): boolean {
  switch (request.kind) {
    case 'append':
      database.append(Buffer.from(request.slab));
      return false;
    case 'forget':
      database.forget(request.compacted, request.revisions);
      return false;
    case 'shrink':
      return database.shrink();
    case 'check':
      return database.check();
    case 'probe':
      database.probe();
      return false;
    case 'close':
      database.close();
      return false;
  }
}

/** On a full disk what frees room is tried again, from the reserve. */
function attempt(database: Database, request: Exclude<Request, { kind: 'open' }>): boolean {
  try {
    return handle(database, request);
  } catch (error) {
    if (refusalIn(database, error) !== 'full' || request.kind === 'probe') throw error;
    const { tight } = database.room;
    database.makeRoom();
    // Under the alarm, the main thread accepts only what frees room.
    if (!tight && !frees(request)) throw error;
    return handle(database, request);
  }
}

function frees(request: Request): boolean {
  if (request.kind !== 'append') return true;
  return [...readRecords(Buffer.from(request.slab))].every(({ created }) => created === 0);
}

const roomAfter = (database: Database, { kind }: Request) =>
  kind === 'close' ? { used: 0, tight: false } : database.room;

const refusalIn = (database: Database | undefined, error: unknown): Refusal =>
  refusalOf(error as Error, () => database?.probe());

function refused(error: unknown, database: Database | undefined): Reply {
  const cause = error instanceof Error ? error : new Error(String(error));
  return { kind: 'refused', refusal: refusalIn(database, cause), error: cause };
}
