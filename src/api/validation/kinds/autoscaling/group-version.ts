// The apiVersion of a reference by group and version. Messages follow apimachinery's schema.ParseGroupVersion and
// k8s.io/kubernetes pkg/apis/autoscaling/validation.
import { type FieldError, invalid } from '../../field.ts';

export function groupVersionErrors(path: string, apiVersion: string, mayBeCore: boolean): FieldError[] {
  const parts = apiVersion.split('/');
  if (parts.length > 2) return [invalid(path, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)];
  const hasGroup = parts.length === 2 && parts[0] !== '';
  return hasGroup || mayBeCore ? [] : [invalid(path, apiVersion, 'apiVersion must specify API group')];
}
