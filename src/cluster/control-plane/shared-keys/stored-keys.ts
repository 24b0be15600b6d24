// How servers keep their keys for one another: in a ConfigMap, sealed with a key that only servers have, since it comes from the authority's.
// A Secret would be of no use where Secrets are encrypted: it holds what they are read with. Called by shared-keys.ts.
import { createPrivateKey, hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigMap } from '../../../api/kinds/core/v1/config-map.ts';
import type { Random } from '../../../kit/random.ts';
import { SEALING_KEY, sealText, unsealText } from '../../pki/sealed-text.ts';
import type { KeyTexts } from './key-files.ts';

export const NAME = 'tiphys-server-keys';
export const NAMESPACE = 'kube-system';
/** Of the store. */
export const STORED_AT = `/registry/configmaps/${NAMESPACE}/${NAME}`;
const SEALED = 'sealed';
const TAKEN_UP = 'taken-up.';

export interface StoredKeys {
  /** Rises with each change. Whoever may write the ConfigMap, but is no server, can bring back nothing that was before. */
  readonly generation: number;
  readonly texts: KeyTexts;
}

export const sealingKey = (pki: string): Uint8Array => {
  const authority = createPrivateKey(readFileSync(join(pki, 'ca.key')));
  const secret = authority.export({ type: 'pkcs8', format: 'der' });
  return new Uint8Array(hkdfSync('sha256', secret, '', 'tiphys server keys', SEALING_KEY));
};

/** Undefined for what no server of this cluster has written. */
export function storedIn(map: Readonly<ConfigMap> | undefined, key: Uint8Array): StoredKeys | undefined {
  const text = unsealText(Buffer.from(map?.data?.[SEALED] ?? '', 'base64'), key);
  return text === undefined ? undefined : (JSON.parse(text) as StoredKeys);
}

export function keysMap(
  stored: StoredKeys,
  server: string,
  key: Uint8Array,
  random: Random,
): ConfigMap & { readonly data: Record<string, string> } {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: NAME, namespace: NAMESPACE },
    data: {
      [SEALED]: sealText(JSON.stringify(stored), key, random).toString('base64'),
      [TAKEN_UP + server]: String(stored.generation),
    },
  };
}

/** A patch that says that the server uses the keys of this generation. */
export const takenUp = (server: string, generation: number) => ({
  data: { [TAKEN_UP + server]: String(generation) },
});

export const hasTakenUp = (map: Readonly<ConfigMap> | undefined, server: string): number =>
  // What others have written there is no number.
  Number(map?.data?.[TAKEN_UP + server] ?? 0) || 0;
