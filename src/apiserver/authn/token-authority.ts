// Who issues tokens of service accounts, and with which keys: those of files, or an external signer's. Made by assemble.ts.
import { generateKeyPairSync } from 'node:crypto';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { Secret } from '../../api/kinds/core/v1/secret.ts';
import { ServiceAccount } from '../../api/kinds/core/v1/service-account.ts';
import type { ApiServerOptions, ServerCertificates } from '../options.ts';
import type { ResourceTable } from '../registry/resource-table.ts';
import { signToken, tokenKeys } from './jwt.ts';
import type { Lookup, TokenAuthority, TokenSource } from './service-account-tokens.ts';
import { YEAR } from './token-request.ts';

/** kubeadm's default for --service-account-issuer. */
const ISSUER = 'https://kubernetes.default.svc.cluster.local';

type Keys = ServerCertificates['serviceAccount'];

export interface RotatingAuthority extends TokenAuthority {
  /** An external signer has its own. */
  setKeys(keys: Keys): void;
}

/** Without certificates the signing key is made here, so tokens do not survive a restart. */
export function tokenAuthority(options: ApiServerOptions, resources: ResourceTable): RotatingAuthority {
  const made = () =>
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  const caches = {
    serviceaccounts: resources.stored(ServiceAccount).cache,
    pods: resources.stored(Pod).cache,
    secrets: resources.stored(Secret).cache,
    nodes: resources.stored(Node).cache,
  };
  const lookup: Lookup = (resource, namespace, name) => caches[resource].get(namespace, name);
  const [issuer = ISSUER, ...others] = options.serviceAccountIssuers ?? [];
  const own = options.tokenSource
    ? { ...options.tokenSource, setKeys() {} }
    : ownKeys(options.certificates?.serviceAccount ?? { privateKey: String(made()) });
  return {
    ...own,
    issuers: [issuer, ...others],
    lifetimes: options.tokenLifetimes ?? { extended: YEAR },
    clock: options.clock,
    random: options.random,
    lookup,
  };
}

/** Seconds, as upstream for keys from files. */
const MAX_AGE = 3600;

/** The first key signs, all of them verify. */
export function ownKeys(given: Keys): TokenSource & Pick<RotatingAuthority, 'setKeys'> {
  let keys = tokenKeys(given);
  return {
    sign: (claims) => signToken(keys[0], claims),
    keys: () => keys,
    published: () => keys,
    maxAge: () => MAX_AGE,
    setKeys(renewed) {
      keys = tokenKeys(renewed);
    },
  };
}
