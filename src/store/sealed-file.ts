/** A file that keeps a few secrets, encrypted, and that a crash leaves either as it was or as it was to be. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../errors';
import type { SecretBox } from './secret-box';

export class SealedFile {
  /** `box` is asked for when it is first needed: opening it reads, or makes, its key. */
  constructor(
    private readonly path: string,
    private readonly box: () => SecretBox,
  ) {}

  /** Undefined: there is none, or it was sealed with another key. Rejects where the disk refuses. */
  async read(): Promise<Readonly<Record<string, unknown>> | undefined> {
    let sealed: string;
    try {
      sealed = await readFile(this.path, 'utf8');
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      return this.box().open(sealed);
    } catch (error) {
      if (error instanceof UserError) return undefined;
      throw error;
    }
  }

  /** Resolves when it survives a power cut. */
  async write(secrets: Readonly<Record<string, string>>): Promise<void> {
    const folder = dirname(this.path);
    const fresh = `${this.path}.${randomBytes(6).toString('hex')}`;
    const sealed = this.box().seal(secrets);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    try {
      await writeDurably(fresh, sealed);
      await rename(fresh, this.path);
    } catch (error) {
      await rm(fresh, { force: true });
      throw error;
    }
    await syncFolder(folder);
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Without this a power cut may undo the renaming. Windows cannot open a folder, and does not need it. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
