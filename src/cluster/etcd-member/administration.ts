// Asks members of an etcd cluster about the cluster, and changes who is a member. By the JSON gateway of etcd's v3 API, which every
// member serves on its port for clients. Called by server/ and by the commands `tiphys server list` and `remove`.
import https from 'node:https';
import { messageOf } from '../../kit/message-of.ts';
import type { Credential } from '../pki/credential-files.ts';

export interface Member {
  /** A number of 64 bits in decimal digits. */
  readonly id: string;
  /** Empty until it has started for the first time. */
  readonly name: string;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  /** It does not vote yet. */
  readonly isLearner: boolean;
}

export interface MemberStatus {
  readonly id: string;
  readonly version: string;
  /** Of its database, and how many of them are used. */
  readonly bytes: number;
  readonly bytesUsed: number;
  /** The id of the leader, '0' when there is none. */
  readonly leader: string;
  /** The store's revision there. */
  readonly revision: number;
}

export interface EtcdTls {
  readonly ca: Pick<Credential, 'certificate'>;
  readonly administrator: Pick<Credential, 'certificate' | 'key'>;
}

/** etcd has answered, and says no. */
export class EtcdRefusal extends Error {}

type Answer = Readonly<Record<string, unknown>>;

/** Milliseconds until an answer. */
const LIMIT_MS = 4_000;
/** Bytes of an answer. */
const MOST_BYTES = 1 << 20;

export class EtcdAdministration {
  readonly #endpoints: readonly string[];
  readonly #tls: EtcdTls;

  constructor(endpoints: readonly string[], tls: EtcdTls) {
    this.#endpoints = endpoints;
    this.#tls = tls;
  }

  /** As the first member that answers knows them. */
  async members(): Promise<readonly Member[]> {
    return membersIn(await this.#ask('cluster/member/list', {}));
  }

  /** Adds one that does not vote; gives all. */
  async addLearner(peerUrl: string): Promise<readonly Member[]> {
    return membersIn(await this.#ask('cluster/member/add', { peerURLs: [peerUrl], isLearner: true }));
  }

  async promote(id: string): Promise<void> {
    await this.#ask('cluster/member/promote', { ID: id });
  }

  async remove(id: string): Promise<void> {
    await this.#ask('cluster/member/remove', { ID: id });
  }

  /** Of one member. */
  async status(endpoint: string): Promise<MemberStatus> {
    const answer = await this.#post(endpoint, 'maintenance/status', {});
    const header = recordOf(answer.header);
    return {
      id: text(header.member_id),
      version: text(answer.version),
      bytes: Number(answer.dbSize ?? 0),
      bytesUsed: Number(answer.dbSizeInUse ?? 0),
      leader: text(answer.leader) || '0',
      revision: Number(header.revision ?? 0),
    };
  }

  /** By the first endpoint that answers; the failure of the last otherwise. */
  async #ask(path: string, body: object): Promise<Answer> {
    let failure: unknown = new Error('there is no endpoint');
    for (const endpoint of this.#endpoints)
      try {
        return await this.#post(endpoint, path, body);
      } catch (error) {
        if (error instanceof EtcdRefusal) throw error;
        failure = new Error(`${endpoint}: ${messageOf(error)}`);
      }
    throw failure;
  }

  #post(endpoint: string, path: string, body: object): Promise<Answer> {
    const { ca, administrator } = this.#tls;
    return new Promise((resolve, reject) => {
      const request = https.request(new URL(`/v3/${path}`, endpoint), {
        method: 'POST',
        agent: false,
        // Unlike request.setTimeout() it holds while the connection is made, too.
        timeout: LIMIT_MS,
        ca: ca.certificate,
        cert: administrator.certificate,
        key: administrator.key,
      });
      request.on('error', reject);
      request.on('timeout', () => request.destroy(new Error(`no answer within ${LIMIT_MS / 1_000} s`)));
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('error', reject);
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MOST_BYTES) response.destroy(new Error('the answer is too long'));
          else chunks.push(chunk);
        });
        response.on('end', () => {
          try {
            const answer = recordOf(JSON.parse(Buffer.concat(chunks).toString()));
            if (response.statusCode === 200) resolve(answer);
            else reject(failureOf(answer));
          } catch (error) {
            reject(error);
          }
        });
      });
      request.end(JSON.stringify(body));
    });
  }
}

/** Of gRPC's codes these say that nobody could be asked: DeadlineExceeded, Unavailable. */
const NOT_ASKED = [4, 14];

function failureOf(answer: Answer): Error {
  const reason = text(answer.message) || text(answer.error);
  return NOT_ASKED.includes(Number(answer.code)) ? new Error(reason) : new EtcdRefusal(reason);
}

/** By their names. */
function membersIn({ members }: Answer): readonly Member[] {
  return (Array.isArray(members) ? members : [])
    .map(recordOf)
    .map((one) => ({
      id: text(one.ID),
      name: text(one.name),
      peerUrls: texts(one.peerURLs),
      clientUrls: texts(one.clientURLs),
      isLearner: one.isLearner === true,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const recordOf = (value: unknown): Answer =>
  typeof value === 'object' && value !== null ? { ...value } : {};
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : []);
