import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rotatedTokenFile } from '../../../src/oauth/rotated-token-file';
import { SealedFile } from '../../../src/store/sealed-file';
import { SecretBox } from '../../../src/store/secret-box';

describe('a sealed file', () => {
  let folder: string;
  let path: string;
  const box = SecretBox.inMemory();
  const file = (with_ = box): SealedFile => new SealedFile(path, () => with_);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sealed-file-'));
    path = join(folder, 'below', 'one.sealed');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('gives back what was written last, and nothing before', async () => {
    assert.equal(await file().read(), undefined);
    await file().write({ a: 'first' });
    await file().write({ a: 'second' });
    assert.deepEqual(await file().read(), { a: 'second' });
    assert.deepEqual(readdirSync(join(folder, 'below')), ['one.sealed']);
  });

  it('holds nothing that can be read without the key, and nobody else may read it', async () => {
    await file().write({ token: 'canary' });
    assert.doesNotMatch(readFileSync(path, 'latin1'), /canary|token/);
    assert.doesNotMatch(Buffer.from(readFileSync(path, 'utf8'), 'base64').toString('latin1'), /canary|token/);
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  it('of another key, or cut short, counts as none', async () => {
    await file().write({ a: 'b' });
    assert.equal(await file(SecretBox.inMemory()).read(), undefined);
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, 20));
    assert.equal(await file().read(), undefined);
    writeFileSync(path, '');
    assert.equal(await file().read(), undefined);
  });

  it('rejects where the disk refuses, and leaves nothing behind', async () => {
    writeFileSync(join(folder, 'below'), 'a file where a folder should be');
    await assert.rejects(file().write({ a: 'b' }));
    await assert.rejects(file().read(), /ENOTDIR/);
    assert.deepEqual(readdirSync(folder), ['below']);
  });

  it('keeps a refresh token as long as what it was rotated from is the same', async () => {
    const origin = ['https://login.example/token', 'pbx', 'rt-typed'];
    await rotatedTokenFile(file(), origin).write('rt-2');
    assert.equal(await rotatedTokenFile(file(), origin).read(), 'rt-2');
    assert.equal(await rotatedTokenFile(file(), [...origin.slice(0, 2), 'rt-typed-anew']).read(), undefined);
  });
});
