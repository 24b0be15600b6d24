// Rules that volumes and claims share.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by volume.ts and claim.ts.
import { complaints, errorsOfItems, type FieldError, forbidden, notSupported } from '../../field.ts';
import { isDNS1123Subdomain } from '../../names.ts';

const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const ALONE = 'ReadWriteOncePod';

export const volumeModes: readonly string[] = ['Block', 'Filesystem'];

export function accessModeErrors(given: readonly string[] = [], path = ''): FieldError[] {
  const errors = errorsOfItems(given, (mode) =>
    accessModes.includes(mode) ? [] : [notSupported(path, mode, accessModes)],
  );
  const hasOthers = given.some((mode) => mode !== ALONE && accessModes.includes(mode));
  if (given.includes(ALONE) && hasOthers)
    errors.push(forbidden(path, 'may not use ReadWriteOncePod with other access modes'));
  return errors;
}

/** Of a StorageClass or a VolumeAttributesClass. */
export const classNameErrors = (name: string | undefined, path: string): FieldError[] =>
  name ? complaints(path, name, isDNS1123Subdomain(name)) : [];
