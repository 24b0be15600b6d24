// Which Ingresses are ours, as upstream's controllers decide it: the old annotation before spec.ingressClassName, which names an
// IngressClass of our controller. One without either is nobody's (the API server gives new ones the default class).
import type { Ingress } from '../../api/kinds/networking/v1/ingress.ts';
import type { IngressClass } from '../../api/kinds/networking/v1/ingress-class.ts';

export const CONTROLLER = 'tiphys.io/ingress';
/** The class that every cluster begins with, and the annotation's value. */
export const CLASS = 'tiphys';

const ANNOTATION = 'kubernetes.io/ingress.class';

export function isOurs(
  { metadata, spec }: Readonly<Ingress>,
  classNamed: (name: string) => Readonly<IngressClass> | undefined,
): boolean {
  const old = metadata.annotations?.[ANNOTATION];
  if (old) return old === CLASS;
  const name = spec?.ingressClassName;
  return name !== undefined && classNamed(name)?.spec?.controller === CONTROLLER;
}
