// Validates Services: ports, addresses, and fields that are immutable once an address is assigned.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called through rule-book.ts.
import { addAll } from '../../../../kit/lists.ts';
import type { Service, ServiceSpec } from '../../../kinds/core/v1/service.ts';
import { validateEndpointIP, validateNewIP } from '../../addresses.ts';
import {
  checkItems,
  complaints,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../field.ts';
import { isDNS1123Subdomain } from '../../names.ts';
import { labelName, validateLabels } from '../../object-meta.ts';
import type { Rules } from '../../rules.ts';
import { addressErrors, addressUpdateErrors, isHeadless } from './addresses.ts';
import { balancerErrors, balancerStatusErrors, classUpdateErrors } from './load-balancing.ts';
import { portErrors, repeatedPorts } from './ports.ts';
import { affinityErrors, healthUpdateErrors, trafficErrors } from './traffic.ts';

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

function service(s: Service, old?: Service): FieldError[] {
  const { spec = {} } = s;
  const errors = hintErrors(s);
  if (!spec.ports?.length && !isHeadless(spec) && spec.type !== 'ExternalName')
    errors.push(required('spec.ports'));
  addAll(errors, typeErrors(spec));
  addAll(errors, portErrors(spec));
  addAll(errors, validateLabels(spec.selector, 'spec.selector'));
  addAll(errors, affinityErrors(spec));
  addAll(errors, addressErrors(spec, old?.spec));
  addAll(errors, externalAddressErrors(spec, new Set(old?.spec?.externalIPs ?? [])));
  if (!spec.type) errors.push(required('spec.type'));
  else if (!types.includes(spec.type)) errors.push(notSupported('spec.type', spec.type, types));
  return [...errors, ...repeatedPorts(spec), ...balancerErrors(s, old), ...trafficErrors(spec)];
}

const HINTS = 'service.kubernetes.io/topology-aware-hints';
const MODE = 'service.kubernetes.io/topology-mode';

/** The older and the newer name of one annotation. */
function hintErrors({ metadata: { annotations = {} } }: Service): FieldError[] {
  const [older, newer] = [annotations[HINTS], annotations[MODE]];
  if (older === undefined || newer === undefined || older === newer) return [];
  const says = `must match annotations[${HINTS}] when both are specified`;
  return [invalid(`metadata.annotations[${MODE}]`, newer, says)];
}

function typeErrors(spec: ServiceSpec): FieldError[] {
  const { type } = spec;
  if ((type === 'LoadBalancer' || type === 'NodePort') && isHeadless(spec))
    return [invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`)];
  return type === 'ExternalName' ? externalNameErrors(spec) : [];
}

function externalNameErrors(spec: ServiceSpec): FieldError[] {
  const never = (field: string) => forbidden(`spec.${field}`, 'may not be set for ExternalName services');
  const errors: FieldError[] = [];
  // One address of a service has two names; strategies have not made them equal yet for this type.
  if (spec.clusterIPs?.length || spec.clusterIP) errors.push(never('clusterIPs'));
  if (spec.ipFamilies?.length) errors.push(never('ipFamilies'));
  if (spec.ipFamilyPolicy !== undefined) errors.push(never('ipFamilyPolicy'));
  const name = spec.externalName ?? '';
  const plain = name.endsWith('.') ? name.slice(0, -1) : name;
  if (plain === '') errors.push(required('spec.externalName'));
  else addAll(errors, complaints('spec.externalName', plain, isDNS1123Subdomain(plain)));
  return errors;
}

function externalAddressErrors({ externalIPs }: ServiceSpec, known: ReadonlySet<string>): FieldError[] {
  const errors: FieldError[] = [];
  checkItems(errors, externalIPs, (ip, i) => {
    const path = `spec.externalIPs[${i}]`;
    const wrong = validateNewIP(path, ip, known);
    addAll(errors, wrong.length > 0 ? wrong : validateEndpointIP(path, ip));
  });
  return errors;
}

function serviceUpdate(s: Service, old: Service): FieldError[] {
  const [spec, before] = [s.spec ?? {}, old.spec ?? {}];
  return [
    ...addressUpdateErrors(spec, before),
    ...classUpdateErrors(spec, before),
    ...healthUpdateErrors(spec, before),
    ...service(s, old),
  ];
}

export const serviceRules: Rules<Service> = {
  name: labelName,
  create: service,
  update: serviceUpdate,
  status: balancerStatusErrors,
};
