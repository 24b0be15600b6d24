// The Secrets of bootstrap tokens, which both controllers of this folder watch.
import { Secret } from '../../api/kinds/core/v1/secret.ts';
import { namespaceOf } from '../../api/meta/v1/object.ts';
import { BOOTSTRAP_TOKEN, TOKEN_NAMESPACE } from '../../api/tokens/bootstrap-token.ts';
import type { ControllerContext } from '../framework/controller.ts';

export const tokenSecrets = ({ informers }: ControllerContext) =>
  informers.informer(Secret, { fieldSelector: `type=${BOOTSTRAP_TOKEN}` });

export const isToken = (secret: Readonly<Secret>): boolean => namespaceOf(secret) === TOKEN_NAMESPACE;
