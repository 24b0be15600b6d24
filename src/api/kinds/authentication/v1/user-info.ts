import { list, listOf, map, type Of, string, struct, text } from '../../../schema/notation.ts';

export const UserInfo = struct(
  'io.k8s.api.authentication.v1.UserInfo',
  {
    extra: map(4, listOf(text), { doc: 'Additional information from the authenticator, by key.' }),
    groups: list(3, text, { doc: 'Names of the groups that the user belongs to.', listType: 'atomic' }),
    uid: string(2, { doc: 'Identifier that is unique across time, also among users with the same name.' }),
    username: string(1, { doc: 'Name that uniquely identifies the user among all active users.' }),
  },
  { doc: 'Information about a user.' },
);
export interface UserInfo extends Of<typeof UserInfo> {}
