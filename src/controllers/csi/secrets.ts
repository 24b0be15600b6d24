// What a Secret holds, as drivers are given it. Never logged.
import type { SecretReference } from '../../api/kinds/core/v1/references.ts';
import { Secret } from '../../api/kinds/core/v1/secret.ts';
import type { Client } from '../../client/client.ts';
import { messageOf } from '../../kit/message-of.ts';

/** Nothing without a reference. */
export async function credentials(
  client: Client,
  ref: Readonly<SecretReference> | undefined,
): Promise<Record<string, string>> {
  if (!ref?.name) return {};
  try {
    const { data = {} } = await client.get(Secret, ref.name, ref.namespace);
    return Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    );
  } catch (error) {
    throw new Error(`error getting secret ${ref.name} in namespace ${ref.namespace}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
