import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { IngressClass } from '../../api/kinds/networking/v1/ingress-class.ts';
import { isOurs } from './classes.ts';
import { anIngress } from './world.fake.ts';

const controllers: Readonly<Record<string, string>> = {
  door: 'tiphys.io/ingress',
  nginx: 'k8s.io/ingress-nginx',
};
const classNamed = (name: string): IngressClass | undefined =>
  controllers[name] === undefined
    ? undefined
    : {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'IngressClass',
        metadata: { name },
        spec: { controller: controllers[name] },
      };

const CASES: readonly [
  ingressClassName: string | undefined,
  annotation: string | undefined,
  ours: boolean,
][] = [
  ['door', undefined, true],
  ['nginx', undefined, false],
  ['absent', undefined, false],
  [undefined, undefined, false],
  [undefined, 'tiphys', true],
  [undefined, 'nginx', false],
  ['door', 'nginx', false],
];

for (const [ingressClassName, annotation, ours] of CASES)
  it(`class ${ingressClassName}, annotation ${annotation}: ${ours ? 'ours' : 'not ours'}`, () => {
    const ingress = anIngress('i', 'h.test', [], { ...(ingressClassName && { ingressClassName }) });
    ingress.metadata.annotations = annotation ? { 'kubernetes.io/ingress.class': annotation } : {};
    assert.equal(isOurs(ingress, classNamed), ours);
  });
