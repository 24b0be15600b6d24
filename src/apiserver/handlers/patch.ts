// PATCH: the four types.
import { unsupportedMediaType } from '../../api/status/status-error.ts';
import type { Answer } from '../request.ts';
import type { ResourceCall } from './context.ts';

export async function patch(_call: ResourceCall): Promise<Answer> {
  throw unsupportedMediaType('patches are not served yet');
}
