// Puts an object of any kind into a test's API server, as an administrator.
import { inProcessTransport } from '../../client/transport/in-process-transport.ts';
import type { KubectlServer } from './kubectl.fake.ts';

/** `path`: that of the collection, such as /api/v1/namespaces/default/pods. Throws what the server says when it refuses. */
export async function createObject({ server }: KubectlServer, path: string, object: object): Promise<void> {
  const transport = inProcessTransport(server.api.inProcess, { name: 'admin', groups: ['system:masters'] });
  const { status, body } = await transport.request({
    method: 'POST',
    path,
    body: Buffer.from(JSON.stringify(object)),
  });
  if (status !== 201) throw new Error(`${path}: ${status} ${body.toString()}`);
}
