// Validates volumes whose files come from ConfigMaps, Secrets and fields of the pod.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by volume.ts and projected.ts.
import { addAll } from '../../../../kit/lists.ts';
import type {
  ConfigMapVolumeSource,
  DownwardAPIVolumeFile,
  DownwardAPIVolumeSource,
  KeyToPath,
  SecretVolumeSource,
} from '../../../kinds/core/v1/volumes/api-content.ts';
import { checkItems, errorsOfItems, type FieldError, invalid, required } from '../../field.ts';
import { validateFileMode, validateLocalNonReservedPath } from '../../paths.ts';
import { validateFieldRef, validateResourceFieldRef, volumeFieldPaths } from '../containers/env.ts';

export const secretErrors = (source: SecretVolumeSource, path: string): FieldError[] => [
  ...(source.secretName ? [] : [required(`${path}.secretName`)]),
  ...validateFileMode(`${path}.defaultMode`, source.defaultMode),
  ...keyErrors(source.items, path),
];

export const configMapErrors = (source: ConfigMapVolumeSource, path: string): FieldError[] => [
  ...(source.name ? [] : [required(`${path}.name`)]),
  ...validateFileMode(`${path}.defaultMode`, source.defaultMode),
  ...keyErrors(source.items, path),
];

export const downwardAPIErrors = (source: DownwardAPIVolumeSource, path: string): FieldError[] => [
  ...validateFileMode(`${path}.defaultMode`, source.defaultMode),
  ...errorsOfItems(source.items, (file) => fileErrors(file, path)),
];

export function keyErrors(items: readonly KeyToPath[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  checkItems(errors, items, (item, i) => {
    const at = `${path}.items[${i}]`;
    if (!item.key) errors.push(required(`${at}.key`));
    if (!item.path) errors.push(required(`${at}.path`));
    addAll(errors, validateLocalNonReservedPath(`${at}.path`, item.path));
    addAll(errors, validateFileMode(`${at}.mode`, item.mode));
  });
  return errors;
}

/** As upstream, `path` is that of the source, not of the file. */
export function fileErrors(file: DownwardAPIVolumeFile, path: string): FieldError[] {
  const errors = file.path ? [] : [required(`${path}.path`)];
  addAll(errors, validateLocalNonReservedPath(`${path}.path`, file.path));
  if (file.fieldRef) {
    addAll(errors, validateFieldRef(file.fieldRef, `${path}.fieldRef`, volumeFieldPaths));
    if (file.resourceFieldRef)
      errors.push(
        invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'),
      );
  } else if (file.resourceFieldRef)
    addAll(errors, validateResourceFieldRef(file.resourceFieldRef, `${path}.resourceFieldRef`, true));
  else errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
  return [...errors, ...validateFileMode(`${path}.mode`, file.mode)];
}
