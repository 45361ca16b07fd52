/** Seals small secrets for the database: AES-256-GCM, with a key that lies beside it in a file of its own. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../errors';
import type { RequestSecrets } from '../redact';
import { store } from '../sentences/store';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export class SecretBox {
  private constructor(private readonly key: Buffer) {}

  /** Of a store that does not outlive the process. */
  static inMemory(): SecretBox {
    return new SecretBox(randomBytes(KEY_BYTES));
  }

  /**
   * With the key of a file, made at first use with mode 0600 and never overwritten. Throws a UserError. The caller has the
   * database to itself, so that nobody else makes a key at this moment.
   */
  static withKeyFile(path: string): SecretBox {
    try {
      return new SecretBox(readKey(path));
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ENOENT') throw error;
    }
    const fresh = `${path}.${randomBytes(6).toString('hex')}`;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(fresh, randomBytes(KEY_BYTES), { mode: 0o600, flag: 'wx', flush: true });
    renameSync(fresh, path); // whole or not at all, whatever happens meanwhile
    return new SecretBox(readKey(path));
  }

  /** Base64 of nonce, tag and cipher text. */
  seal(secrets: RequestSecrets): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce);
    const sealed = Buffer.concat([cipher.update(JSON.stringify(secrets), 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
  }

  /** Throws a UserError `store-key` where the key is another one. */
  open(sealed: string): RequestSecrets {
    const bytes = Buffer.from(sealed, 'base64');
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const text = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
      return JSON.parse(text.toString('utf8')) as RequestSecrets;
    } catch (cause) {
      throw new UserError('store-key', store('sealed'), { cause });
    }
  }
}

function readKey(path: string): Buffer {
  const key = readFileSync(path);
  if (key.length === KEY_BYTES) return key;
  throw new UserError('store-key', store('key', { path, bytes: KEY_BYTES }), { field: 'path' });
}
