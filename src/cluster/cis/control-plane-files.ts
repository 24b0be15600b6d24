// Section 1.1: files of the control plane.
import { join } from 'node:path';
import { type Check, manual, notApplicable, scored } from './check.ts';
import { below, modeAtMost, ownedBy } from './probe/files.ts';

const ROOT = [0, 0] as const;
const noManifest = () =>
  notApplicable(
    'the control plane is no static pod: there is no specification file whose change would change it',
  );

const podSpecifications: Check[] = ['API server', 'controller manager', 'scheduler', 'etcd'].flatMap(
  (component, i) => [
    scored(`1.1.${2 * i + 1}`, `Permissions of the ${component} pod specification file`, noManifest),
    scored(`1.1.${2 * i + 2}`, `Ownership of the ${component} pod specification file`, noManifest),
  ],
);

const kubeconfigs: Check[] = ['scheduler', 'controller-manager'].flatMap((name, i) => [
  scored(`1.1.${15 + 2 * i}`, `${name}.conf is readable by its owner only`, ({ paths }) =>
    modeAtMost([join(paths.pki, `${name}.conf`)], 0o600),
  ),
  scored(`1.1.${16 + 2 * i}`, `${name}.conf belongs to root`, ({ paths }) =>
    ownedBy([join(paths.pki, `${name}.conf`)], ...ROOT),
  ),
]);

export const controlPlaneFiles: readonly Check[] = [
  ...podSpecifications,
  scored('1.1.11', 'The data directory of the store has mode 700', ({ paths }) =>
    modeAtMost([paths.store], 0o700),
  ),
  scored('1.1.12', 'The data directory of the store belongs to who runs it', ({ paths }) =>
    // No etcd process: the control plane itself, which runs as root, is the database.
    ownedBy([paths.store, ...below(paths.store)], ...ROOT),
  ),
  scored('1.1.13', 'Administrators’ credentials are readable by their owner only', ({ record, paths }) =>
    modeAtMost(adminFiles(paths, record.kubeconfig), 0o600),
  ),
  scored('1.1.14', 'Administrators’ credentials belong to root', ({ record, paths }) =>
    ownedBy(adminFiles(paths, record.kubeconfig), ...ROOT),
  ),
  ...kubeconfigs,
  scored('1.1.19', 'The PKI directory and its files belong to root', ({ paths }) =>
    ownedBy([paths.pki, ...below(paths.pki)], ...ROOT),
  ),
  manual('1.1.20', 'Certificates of the PKI have mode 600', ({ paths }) =>
    modeAtMost(below(paths.pki, '.crt'), 0o600),
  ),
  manual('1.1.21', 'Keys of the PKI have mode 600', ({ paths }) =>
    modeAtMost(below(paths.pki, '.key'), 0o600),
  ),
];

const adminFiles = (paths: { pki: string; kubeconfig: string }, merged: string | undefined): string[] => [
  paths.kubeconfig,
  join(paths.pki, 'admin.key'),
  join(paths.pki, 'super-admin.key'),
  ...(merged ? [merged] : []),
];
