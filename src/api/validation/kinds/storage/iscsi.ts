// Validates iSCSI sources of PersistentVolumes, and names of iSCSI nodes, also for those of pods.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by volume-sources.ts.
import { addAll } from '../../../../kit/lists.ts';
import type { PersistentVolumeSpec } from '../../../kinds/core/v1/persistent-volume.ts';
import { betweenComplaint, type FieldError, invalid, required } from '../../field.ts';

/** Characters of a name; the longest iSCSI name has 223. */
const LONGEST = 1024;
const iqnDateRe = /^\d{4}-\d{2}\.$/;
const forms: readonly [string, (name: string) => boolean][] = [
  ['iqn', isIqn],
  ['eui', (name) => /^eui.[0-9A-Za-z]{16}$/.test(name)],
  ['naa', (name) => /^naa.[0-9A-Za-z]{32}$/.test(name)],
];

/** `iqn.YYYY-MM.domain:text`, where the text has none of `,;*&$|` and no space. */
function isIqn(name: string): boolean {
  const colon = name.indexOf(':');
  if (!name.startsWith('iqn.') || colon < 0 || !iqnDateRe.test(name.slice(4, 12))) return false;
  const [domain, rest] = [name.slice(12, colon), name.slice(colon + 1)];
  return /^[0-9A-Za-z.-]+$/.test(domain) && /^[^,;*&$|\s]+$/.test(rest);
}

const formOf = (name: string) => forms.find(([start]) => name.startsWith(start));

/** Whether it is known what form the name must have. */
export const isNodeNameStart = (name: string): boolean => formOf(name) !== undefined;

export const isNodeName = (name: string): boolean =>
  name.length <= LONGEST && formOf(name)?.[1](name) === true;

const nameErrors = (name: string, path: string): FieldError[] =>
  isNodeName(name) ? [] : [invalid(path, name, 'must be valid format')];

export function iscsiErrors(
  source: NonNullable<PersistentVolumeSpec['iscsi']>,
  path: string,
  volume: string,
): FieldError[] {
  const { targetPortal = '', iqn, lun = 0, initiatorName, secretRef } = source;
  const errors: FieldError[] = [];
  if (!targetPortal) errors.push(required(`${path}.targetPortal`));
  if (initiatorName !== undefined && `${volume}:${targetPortal}`.length > 64)
    errors.push(
      invalid(
        `${path}.targetportal`,
        targetPortal,
        'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.',
      ),
    );
  addAll(errors, iqn ? nameErrors(iqn, `${path}.iqn`) : [required(`${path}.iqn`)]);
  if (lun < 0 || lun > 255) errors.push(invalid(`${path}.lun`, lun, betweenComplaint(0, 255)));
  if ((source.chapAuthDiscovery || source.chapAuthSession) && !secretRef)
    errors.push(required(`${path}.secretRef`));
  if (secretRef && !secretRef.name) errors.push(required(`${path}.secretRef.name`));
  return initiatorName === undefined
    ? errors
    : [...errors, ...nameErrors(initiatorName, `${path}.initiatorname`)];
}
