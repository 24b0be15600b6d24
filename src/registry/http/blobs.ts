// Blobs of pushed images: pull, existence, deletion, and uploads in one request, in pieces, or from another repository.
import type { IncomingMessage } from 'node:http';
import { blobUnknown, RegistryError } from '../errors.ts';
import type { Digest } from '../names.ts';
import { isRepository } from '../names.ts';
import type { Storage } from '../storage/storage.ts';
import { answer, declaredLength, type Exchange, sendBlob } from './exchange.ts';
import { checkedDigest } from './routes.ts';

export const BLOB_TYPE = 'application/octet-stream';

export async function getBlob(
  storage: Storage,
  exchange: Exchange,
  name: string,
  digest: Digest,
): Promise<void> {
  const linked = await storage.repository(name).hasBlob(digest);
  const blob = linked && (await storage.blobs.open(digest));
  if (!blob) throw blobUnknown(digest.text);
  await sendBlob(exchange, blob, { 'Content-Type': BLOB_TYPE, 'Docker-Content-Digest': digest.text });
}

export async function deleteBlob(
  storage: Storage,
  exchange: Exchange,
  name: string,
  digest: Digest,
): Promise<void> {
  if (!(await storage.repository(name).unlinkBlob(digest))) throw blobUnknown(digest.text);
  answer(exchange, 202);
}

export async function beginUpload(storage: Storage, exchange: Exchange, name: string): Promise<void> {
  const { query, request } = exchange;
  const mount = query.get('mount');
  if (mount !== null && (await mounted(storage, name, checkedDigest(mount), query.get('from'))))
    return created(exchange, name, checkedDigest(mount));
  const text = query.get('digest');
  const digest = text === null ? undefined : checkedDigest(text);
  const id = await storage.uploads.begin(name);
  if (!digest) return answer(exchange, 202, progress(name, id, 0));
  try {
    await storage.uploads.append(name, id, piecesOf(request), { declared: declaredLength(request) });
    await storage.uploads.finish(name, id, digest);
  } catch (error) {
    // Nobody knows the upload's name, so nobody can go on with it.
    await storage.uploads.cancel(name, id).catch(() => {});
    throw error;
  }
  await storage.repository(name).linkBlob(digest);
  created(exchange, name, digest);
}

/** Every client may read every repository, so one that names none may have the blob as well. */
async function mounted(
  storage: Storage,
  name: string,
  digest: Digest,
  from: string | null,
): Promise<boolean> {
  if (from !== null && !isRepository(from))
    throw new RegistryError(400, 'NAME_INVALID', 'from: invalid repository name');
  if (from !== null && !(await storage.repository(from).hasBlob(digest))) return false;
  if (!(await storage.blobs.has(digest))) return false;
  await storage.repository(name).linkBlob(digest);
  return true;
}

export async function continueUpload(
  storage: Storage,
  exchange: Exchange,
  name: string,
  id: string,
): Promise<void> {
  const { request } = exchange;
  const size = await storage.uploads.append(name, id, piecesOf(request), pieceOf(exchange));
  answer(exchange, 202, progress(name, id, size));
}

export async function finishUpload(
  storage: Storage,
  exchange: Exchange,
  name: string,
  id: string,
): Promise<void> {
  const digest = checkedDigest(exchange.query.get('digest') ?? '');
  const { request } = exchange;
  await storage.uploads.append(name, id, piecesOf(request), pieceOf(exchange));
  await storage.uploads.finish(name, id, digest);
  await storage.repository(name).linkBlob(digest);
  created(exchange, name, digest);
}

export async function uploadStatus(
  storage: Storage,
  exchange: Exchange,
  name: string,
  id: string,
): Promise<void> {
  answer(exchange, 204, progress(name, id, await storage.uploads.size(name, id)));
}

export async function cancelUpload(
  storage: Storage,
  exchange: Exchange,
  name: string,
  id: string,
): Promise<void> {
  await storage.uploads.cancel(name, id);
  answer(exchange, 204);
}

/** A failure leaves the connection open for the answer. */
const piecesOf = (request: IncomingMessage): AsyncIterable<Buffer> =>
  request.iterator({ destroyOnReturn: false });

/** Content-Range of the specification, `0-99`; some clients write the `bytes 0-99` of HTTP. */
function pieceOf({ request }: Exchange): { start?: number; declared?: number } {
  const declared = declaredLength(request);
  const header = request.headers['content-range'];
  if (header === undefined) return { declared };
  const found = /^(?:bytes )?(\d{1,15})-(\d{1,15})(?:\/(?:\d{1,15}|\*))?$/.exec(header);
  if (!found) throw new RegistryError(416, 'BLOB_UPLOAD_INVALID', 'Content-Range: START-END is expected');
  return { start: Number(found[1]), declared };
}

function progress(name: string, id: string, size: number): Record<string, string> {
  return {
    Location: `/v2/${name}/blobs/uploads/${id}`,
    Range: `0-${Math.max(0, size - 1)}`,
    'Docker-Upload-UUID': id,
  };
}

const created = (exchange: Exchange, name: string, { text }: Digest): void =>
  answer(exchange, 201, { Location: `/v2/${name}/blobs/${text}`, 'Docker-Content-Digest': text });
