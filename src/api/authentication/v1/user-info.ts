import { list, listOf, map, type Of, string, struct, text } from '../../schema/notation.ts';

export const UserInfo = struct('io.k8s.api.authentication.v1.UserInfo', {
  extra: map(4, listOf(text)),
  groups: list(3, text, { listType: 'atomic' }),
  uid: string(2),
  username: string(1),
});
export interface UserInfo extends Of<typeof UserInfo> {}
