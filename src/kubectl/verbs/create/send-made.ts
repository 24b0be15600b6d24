// Sends an object that `create`, `run`, `expose` or `autoscale` made, and prints what came of it.
import { goJson } from '../../../api/codec/go-json.ts';
import { LAST_APPLIED } from '../../apply/last-applied.ts';
import { inGoOrder } from '../../changes/go-order.ts';
import { type Print, type PrintFlagValues, printerFor } from '../../changes/printing.ts';
import { withAnnotation } from '../../changes/record.ts';
import type { Context } from '../../command/command.ts';
import type { DryRun } from '../../command/common-flags.ts';
import { pathOf } from '../../discovery/served.ts';
import type { ApiObject } from '../../printers/printer.ts';
import type { Made } from './objects/made.ts';

type SendContext = Pick<Context, 'io' | 'session'> & {
  readonly flags: PrintFlagValues & { readonly 'save-config': boolean; readonly 'field-manager': string };
};

/** Prints objects of a kind that the client knows. */
export async function printerOfMade(
  around: Pick<SendContext, 'io'> & { readonly flags: PrintFlagValues },
  { kind }: Pick<Made, 'kind'>,
  operation: string,
  dryRun: DryRun,
): Promise<Print> {
  const print = await printerFor(around, operation, dryRun, true);
  return (object) => print(inGoOrder(kind, object));
}

/** For --save-config: the object with an annotation that says what it is. */
const withConfiguration = ({ kind, object }: Made): ApiObject =>
  withAnnotation(object, LAST_APPLIED, `${goJson(inGoOrder(kind, object))}\n`);

/** What the server made of it; for a dry run of the client, the object as it would be sent. */
export async function sent(
  { session, flags }: SendContext,
  made: Made,
  dryRun: DryRun,
  query: Readonly<Record<string, string>> = {},
): Promise<ApiObject> {
  const { group, version, plural: resource, namespaced } = made.kind.resource;
  const { namespace, explicit } = await session.namespace();
  const object = flags['save-config'] ? withConfiguration(made) : made.object;
  if (dryRun === 'client') return explicit && namespaced ? inNamespace(object, namespace) : object;
  return session.json<ApiObject>({
    method: 'POST',
    path: pathOf({ group, version, resource, namespaced }, namespace),
    query: {
      ...query,
      dryRun: dryRun === 'server' ? 'All' : undefined,
      fieldManager: flags['field-manager'] || undefined,
    },
    body: object,
  });
}

const inNamespace = (object: ApiObject, namespace: string): ApiObject => ({
  ...object,
  metadata: { ...(object.metadata as object | undefined), namespace },
});

export async function sendMade(
  context: SendContext,
  made: Made,
  operation: string,
  dryRun: DryRun,
): Promise<void> {
  const print = await printerOfMade(context, made, operation, dryRun);
  print(await sent(context, made, dryRun));
}
