// Validates the ports of Services.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by service.ts.
import { addAll } from '../../../../kit/lists.ts';
import type { ServicePort, ServiceSpec } from '../../../kinds/core/v1/service.ts';
import {
  complaints,
  duplicate,
  errorsOfItems,
  type FieldError,
  forbidden,
  notSupported,
  required,
} from '../../field.ts';
import { isDNS1123Label, isQualifiedName, isValidPortNumber } from '../../names.ts';
import { validatePortNumberOrName } from '../../pod/containers/probe.ts';

const protocols = ['SCTP', 'TCP', 'UDP'];

export function portErrors(spec: ServiceSpec): FieldError[] {
  const ports = spec.ports ?? [];
  const names = new Set<string>();
  return errorsOfItems(ports, (port, i) => onePort(port, `spec.ports[${i}]`, ports.length > 1, names));
}

function onePort(port: ServicePort, path: string, named: boolean, names: Set<string>): FieldError[] {
  const errors: FieldError[] = [];
  if (named && !port.name) errors.push(required(`${path}.name`));
  else if (port.name) {
    addAll(errors, complaints(`${path}.name`, port.name, isDNS1123Label(port.name)));
    if (names.has(port.name)) errors.push(duplicate(`${path}.name`, port.name));
    names.add(port.name);
  }
  addAll(errors, complaints(`${path}.port`, port.port, isValidPortNumber(port.port)));
  if (!port.protocol) errors.push(required(`${path}.protocol`));
  else if (!protocols.includes(port.protocol))
    errors.push(notSupported(`${path}.protocol`, port.protocol, protocols));
  addAll(errors, validatePortNumberOrName(port.targetPort, `${path}.targetPort`));
  const { appProtocol } = port;
  if (appProtocol !== undefined)
    addAll(errors, complaints(`${path}.appProtocol`, appProtocol, isQualifiedName(appProtocol)));
  return errors;
}

/** The form in which upstream shows a repeated pair: a port of its internal type with no other field set. */
const portKey = ({ protocol, port }: ServicePort) => ({
  Name: '',
  Protocol: protocol,
  AppProtocol: null,
  Port: port,
  TargetPort: 0,
  NodePort: 0,
});

/** Whether an id has come before. */
const repeated = () => {
  const seen = new Set<string>();
  return (id: string): boolean => seen.has(id) || !seen.add(id);
};

export function repeatedPorts(spec: ServiceSpec): FieldError[] {
  const ports = spec.ports ?? [];
  const repeats = (idOf: (port: ServicePort) => string) => ports.map(idOf).map(repeated());
  const nodePorts = repeats(({ protocol, nodePort }) => `${protocol}/${nodePort}`);
  const numbers = repeats(({ protocol, port }) => `${protocol}/${port}`);
  return [
    ...errorsOfItems(ports, ({ nodePort }, i) =>
      nodePort && spec.type === 'ClusterIP'
        ? [forbidden(`spec.ports[${i}].nodePort`, "may not be used when `type` is 'ClusterIP'")]
        : [],
    ),
    ...errorsOfItems(ports, ({ nodePort }, i) =>
      nodePort && nodePorts[i] ? [duplicate(`spec.ports[${i}].nodePort`, nodePort)] : [],
    ),
    ...errorsOfItems(ports, (port, i) => (numbers[i] ? [duplicate(`spec.ports[${i}]`, portKey(port))] : [])),
  ];
}
