import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface KeySetServer {
  readonly url: string;
  readonly port: number;
  readonly asked: () => number;
  answer: Handler;
  stop(): Promise<void>;
}

/** Publishes what it is told to, on this machine. */
export async function startKeySetServer(answer: Handler, port = 0): Promise<KeySetServer> {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    running.answer(request, response);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo;
  const running: KeySetServer = {
    url: `http://127.0.0.1:${String(taken)}/keys`,
    port: taken,
    asked: () => asked,
    answer,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close').catch(() => undefined);
    },
  };
  return running;
}

export const publishing =
  (...keys: readonly object[]): Handler =>
  (_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys }));
  };

export interface SigningKey {
  readonly id: string;
  readonly alg: 'RS256' | 'ES256' | 'EdDSA';
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: JsonWebKey & { readonly kid: string };
}

export function signingKey(id: string, alg: SigningKey['alg'] = 'RS256'): SigningKey {
  const { privateKey, publicKey } = pairOf(alg);
  return { id, alg, privateKey, publicKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid: id, alg, use: 'sig' } };
}

function pairOf(alg: SigningKey['alg']): { privateKey: KeyObject; publicKey: KeyObject } {
  if (alg === 'RS256') return generateKeyPairSync('rsa', { modulusLength: 2_048 });
  return alg === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
}

/** A token that is signed rightly, for `changes` to make it wrong. */
export function signed(key: SigningKey, claims: Record<string, unknown>, header: object = {}): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: key.alg, kid: key.id, typ: 'JWT', ...header })
    .sign(key.privateKey);
}
