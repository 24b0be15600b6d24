// The schemas of kinds, fetched from the cluster when a text first names them.
import { signal } from '@preact/signals';
import { api } from '../../../api/client.ts';
import { kinds } from '../../../api/discovery.ts';
import { apiVersionOf } from '../../../api/kind.ts';
import type { Knowledge } from './complete.ts';
import { documentPath, type Located, type OpenApiDocument, schemaOfKind } from './schema.ts';

const documents = new Map<string, OpenApiDocument | undefined>();
const found = new Map<string, Located | undefined>();

/** Goes up whenever a document has come. */
export const schemasVersion = signal(0);

/** Documents that are on their way. */
const coming = new Set<Promise<void>>();

async function fetchDocument(apiVersion: string): Promise<void> {
  documents.set(apiVersion, undefined);
  try {
    const { components } = await api.get<OpenApiDocument>(documentPath(apiVersion));
    // Paths are most of a document, and are not needed.
    documents.set(apiVersion, { ...(components && { components }) });
    schemasVersion.value++;
  } catch {
    // A version that nobody serves, or a word that is being typed: there is nothing to offer.
  }
}

function schemaFor(apiVersion: string, kind: string): Located | undefined {
  if (!kinds.peek().some((one) => one.kind === kind && apiVersionOf(one) === apiVersion)) return undefined;
  if (!documents.has(apiVersion)) {
    const fetched = fetchDocument(apiVersion).finally(() => coming.delete(fetched));
    coming.add(fetched);
  }
  const document = documents.get(apiVersion);
  if (!document) return undefined;
  const key = `${apiVersion}/${kind}`;
  if (!found.has(key)) found.set(key, schemaOfKind(document, apiVersion, kind));
  return found.get(key);
}

export const knowledge: Knowledge = {
  get kinds() {
    return kinds
      .peek()
      .filter(({ verbs }) => verbs.includes('create'))
      .map((kind) => ({ apiVersion: apiVersionOf(kind), kind: kind.kind }));
  },
  schemaFor,
  coming: () => (coming.size > 0 ? Promise.all(coming) : undefined),
};
