// The name of another object, as a link to its page where its kind is known.
import { kindByName } from '../../../api/discovery.ts';
import { objectHref } from '../../../app/links.ts';
import type { Reference } from './related.ts';

export function ObjectLink({ reference, withKind }: { reference: Reference; withKind?: boolean }) {
  const { group, kind, namespace, name } = reference;
  const known = kindByName(group, kind);
  const text = withKind ? `${kind} ${name}` : name;
  if (!known) return <span>{text}</span>;
  return <a href={objectHref(known, known.namespaced ? namespace : undefined, name)}>{text}</a>;
}
