// What every TLS server of the project agrees to: TLS 1.3, and TLS 1.2 with forward secrecy and authenticated encryption.
// These are the strong ciphers of the CIS Kubernetes Benchmark (1.2.29, 4.2.12); Go's clients have them all.
const TLS_1_3 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];
/** OpenSSL's names; the order is a preference. */
const TLS_1_2 = [
  ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
  ...['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
  ...['ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305'],
];

export const SERVER_TLS = { minVersion: 'TLSv1.2', ciphers: [...TLS_1_3, ...TLS_1_2].join(':') } as const;
