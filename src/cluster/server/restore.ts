// Puts a snapshot in the place of what a cluster or a server has stored, which must not run. Of a server it is where its next start finds it:
// a server with an etcd of its own moves it there, and is the only member then. Called by `tiphys snapshot restore` and by reset.ts.
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../kit/clock.ts';
import { type RestoreRequest, restoreStore } from '../backup/stopped-store.ts';
import { UserError } from '../progress.ts';
import { stampOf } from './move-store.ts';
import { refuseRunningServer } from './prepare.ts';
import { type Engine, readSavedServer, saveServer } from './saved-server.ts';

export async function restoreServer(request: RestoreRequest, wanted?: Exclude<Engine, 'external'>) {
  const saved = readSavedServer(request.dataDir);
  if (!saved && wanted === 'etcd')
    throw new UserError(
      '--engine etcd: start the server with --cluster-init after this, which moves the data to etcd',
    );
  if (!saved) return restoreStore(request);
  await refuseRunningServer(request.dataDir);
  const engine = wanted ?? saved.engine;
  if (engine === 'external')
    throw new UserError(
      'this server uses an etcd that others look after, with tools of their own: --engine embedded or etcd makes this server use another store',
    );
  const directory = join(request.dataDir, 'etcd');
  const member = existsSync(directory) ? `${directory}-before-${stampOf(systemClock)}` : undefined;
  if (member && !request.replace) throw new UserError(`${directory} exists; --replace moves it aside`);
  const restored = await restoreStore(request);
  if (member) renameSync(directory, member);
  saveServer(request.dataDir, { ...saved, engine, members: [] });
  return member ? { movedTo: member, ...restored } : restored;
}
