// Validates annotations from the author of a pod for the signer of its certificates. Called for pods and PodCertificateRequests.
import { addAll } from '../../../kit/lists.ts';
import { complaints, type FieldError, invalid, required, tooLong } from '../field.ts';
import { isQualifiedName } from '../names.ts';
import { MAX_ANNOTATION_BYTES } from '../object-meta.ts';

/** Upstream: ValidateUserAnnotations (pkg/apis/core/validation). */
export function userAnnotationErrors(
  path: string,
  annotations: Readonly<Record<string, string>> | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const key in annotations) {
    addAll(errors, domainKeyErrors(path, key.toLowerCase()));
    bytes += Buffer.byteLength(key) + Buffer.byteLength(annotations[key]!);
  }
  if (bytes > MAX_ANNOTATION_BYTES) errors.push(tooLong(path, MAX_ANNOTATION_BYTES));
  return errors;
}

function domainKeyErrors(path: string, key: string): FieldError[] {
  if (key === '') return [required(path)];
  const texts = isQualifiedName(key);
  if (texts.length > 0) return complaints(path, key, texts);
  return key.includes('/')
    ? []
    : [invalid(path, key, 'must be a domain-prefixed key (such as "acme.io/foo")')];
}
