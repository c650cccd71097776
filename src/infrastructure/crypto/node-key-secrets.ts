import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { KeySecrets } from '../../application/access/key-secrets';

const SECRET_BYTES = 32;

export class NodeKeySecrets extends KeySecrets {
  generate(): string {
    return randomBytes(SECRET_BYTES).toString('base64url');
  }

  hash(secret: string): Uint8Array {
    return createHash('sha256').update(secret, 'utf8').digest();
  }

  matches(secret: string, hash: Uint8Array): boolean {
    const presented = this.hash(secret);
    return presented.length === hash.length && timingSafeEqual(presented, hash);
  }
}
