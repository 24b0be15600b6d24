// The kinds of gateway.networking.k8s.io and the class of the outside door, which every cluster has.
import { gatewayDefinitions } from '../../../api/gateways/definitions.ts';
import { GATEWAY_CLASS, GATEWAY_CONTROLLER } from '../../../api/gateways/names.ts';
import { GatewayClass } from '../../../api/kinds/gateway/v1/gateway-class.ts';
import type { Client } from '../../../client/client.ts';
import { installDefinition } from './install.ts';

const MANAGER = 'tiphys-gateway-api';

/** `client` has the rights of an administrator. `withClass`: the cluster has a door. */
export async function installGatewayApi(client: Client, withClass: boolean): Promise<void> {
  for (const definition of gatewayDefinitions()) {
    const isClass = definition.spec.names.kind === GatewayClass.resource.kind;
    const own = isClass && withClass ? () => client.create(GatewayClass, OWN) : undefined;
    await installDefinition(client, definition, MANAGER, own);
  }
}

const OWN: GatewayClass = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'GatewayClass',
  metadata: { name: GATEWAY_CLASS },
  spec: { controllerName: GATEWAY_CONTROLLER },
};
