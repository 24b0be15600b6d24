// Which strategy each kind has: the shared traits, and what is special about it.
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import { definitionStrategy } from '../crd/definition-strategy.ts';
import type { Strategy } from '../registry/strategy.ts';
import { namespaceStrategy } from './namespace.ts';
import { podStrategy } from './pod.ts';
import { type ServiceResources, serviceStrategy } from './service.ts';
import {
  claimStrategy,
  eventStrategy,
  jobStrategy,
  nodeStrategy,
  secretStrategy,
  signingRequestStrategy,
  volumeStrategy,
} from './small.ts';
import { traitsOf } from './traits.ts';

export interface StrategyResources {
  readonly services: () => ServiceResources;
}

export function strategies(resources: StrategyResources): (kind: AnyResource) => Strategy {
  const special: Readonly<Record<string, Strategy>> = {
    '/Pod': podStrategy,
    '/Namespace': namespaceStrategy,
    '/Service': serviceStrategy(resources.services),
    '/Event': eventStrategy,
    '/Node': nodeStrategy,
    '/Secret': secretStrategy,
    '/PersistentVolume': volumeStrategy,
    '/PersistentVolumeClaim': claimStrategy,
    'batch/Job': jobStrategy,
    'apiextensions.k8s.io/CustomResourceDefinition': definitionStrategy,
    'certificates.k8s.io/CertificateSigningRequest': signingRequestStrategy,
  };
  return ({ resource }) => ({ ...traitsOf(resource), ...special[`${resource.group}/${resource.kind}`] });
}
