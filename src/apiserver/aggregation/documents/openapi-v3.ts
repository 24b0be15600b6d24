// Where another server has the OpenAPI v3 document of a version, from its index. Pure. Called by remote-documents.ts.
import { type RemoteService, rootOf } from '../remote-service.ts';
import { type Json, objectOf, textOf } from './shape.ts';

/** Characters of a path with its hash. */
const MAX_LENGTH = 1024;

/** The path without a leading slash: `apis/GROUP/VERSION`. */
export const documentOf = (remote: RemoteService): string => rootOf(remote).slice(1);

/** The path and query by which clients get the document from this server; undefined if the index does not have it. */
export function relativeUrl(index: Json, remote: RemoteService): string | undefined {
  const entry = objectOf(index.paths)[documentOf(remote)];
  if (entry === undefined) return undefined;
  const path = `/openapi/v3${rootOf(remote)}`;
  const url = textOf(objectOf(entry).serverRelativeURL);
  // It must lead to the same server again.
  return url.length <= MAX_LENGTH && url.startsWith(`${path}?`) ? url : path;
}
