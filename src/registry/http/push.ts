// Pushed images: what each method does to each path. Called by serve.ts.
import { RegistryError } from '../errors.ts';
import type { Storage } from '../storage/storage.ts';
import {
  beginUpload,
  cancelUpload,
  continueUpload,
  deleteBlob,
  finishUpload,
  getBlob,
  uploadStatus,
} from './blobs.ts';
import { answerJson, type Exchange } from './exchange.ts';
import {
  deleteManifest,
  getManifest,
  listReferrers,
  listRepositories,
  listTags,
  putManifest,
} from './manifests.ts';
import type { Route } from './routes.ts';

const READS = ['GET', 'HEAD'];

/** `writes`: whether the client may change anything. */
export function servePushed(
  storage: Storage,
  exchange: Exchange,
  route: Route,
  writes: boolean,
): void | Promise<void> {
  const method = exchange.request.method ?? '';
  if (!writes && !READS.includes(method))
    throw new RegistryError(403, 'DENIED', 'nodes only read: push to the registry’s address on the machine');
  const way = method === 'HEAD' ? 'GET' : method;
  const step = `${way} ${route.kind}`;
  if (route.kind === 'version' && way === 'GET') return answerJson(exchange, {}, API_VERSION);
  if (route.kind === 'catalog' && way === 'GET') return listRepositories(storage, exchange);
  if (route.kind === 'tags' && way === 'GET') return listTags(storage, exchange, route.name);
  if (route.kind === 'referrers' && way === 'GET')
    return listReferrers(storage, exchange, route.name, route.digest);
  if (route.kind === 'manifest') {
    const { name, reference } = route;
    if (way === 'GET') return getManifest(storage, exchange, name, reference);
    if (way === 'PUT') return putManifest(storage, exchange, name, reference);
    if (way === 'DELETE') return deleteManifest(storage, exchange, name, reference);
  }
  if (route.kind === 'blob') {
    if (way === 'GET') return getBlob(storage, exchange, route.name, route.digest);
    if (way === 'DELETE') return deleteBlob(storage, exchange, route.name, route.digest);
  }
  if (route.kind === 'uploads' && way === 'POST') return beginUpload(storage, exchange, route.name);
  if (route.kind === 'upload') {
    const { name, id } = route;
    if (way === 'GET') return uploadStatus(storage, exchange, name, id);
    if (way === 'PATCH') return continueUpload(storage, exchange, name, id);
    if (way === 'PUT') return finishUpload(storage, exchange, name, id);
    if (way === 'DELETE') return cancelUpload(storage, exchange, name, id);
  }
  throw new RegistryError(405, 'UNSUPPORTED', `${step} is not served`);
}

export const API_VERSION = { 'Docker-Distribution-API-Version': 'registry/2.0' };
