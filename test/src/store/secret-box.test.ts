import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { UserError } from '../../../src/errors';
import { SecretBox } from '../../../src/store/secret-box';

const isKeyError = (error: unknown): boolean => error instanceof UserError && error.code === 'store-key';

describe('the secret box', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'secret-box-'));
    file = join(folder, 'sub', 'deliveries.db.key');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('gives back whatever was sealed', () => {
    const box = SecretBox.inMemory();
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.string()));
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value), (secrets) => {
        assert.deepEqual({ ...box.open(box.seal(secrets)) }, { ...secrets });
      }),
    );
  });

  it('shows nothing of it, and seals the same to something else each time', () => {
    const box = SecretBox.inMemory();
    const [one, two] = [box.seal({ Authorization: 'Bearer canary' }), box.seal({ Authorization: 'Bearer canary' })];
    assert.notEqual(one, two);
    assert.ok(!Buffer.from(one, 'base64').toString('latin1').includes('canary'));
  });

  it('makes its key once, in a file that only its owner may read', () => {
    const sealed = SecretBox.withKeyFile(file).seal({ Cookie: 'a=1' });
    const key = readFileSync(file);
    assert.equal(key.length, 32);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(SecretBox.withKeyFile(file).open(sealed), { Cookie: 'a=1' });
    assert.deepEqual(readFileSync(file), key);
    assert.deepEqual(readdirSync(join(folder, 'sub')), ['deliveries.db.key'], 'nothing else is left behind');
  });

  it('says which file is to be restored where the key is another one', () => {
    const sealed = SecretBox.withKeyFile(file).seal({ Cookie: 'a=1' });
    writeFileSync(file, Buffer.alloc(32, 7));
    assert.throws(() => SecretBox.withKeyFile(file).open(sealed), isKeyError);
  });

  for (const [what, change] of [
    ['cut', (sealed: Buffer) => sealed.subarray(0, 20)],
    ['changed', (sealed: Buffer) => Buffer.concat([sealed.subarray(0, -1), Buffer.of((sealed.at(-1) ?? 0) ^ 1)])],
    ['empty', () => Buffer.alloc(0)],
  ] as const) {
    it(`refuses what was ${what}`, () => {
      const box = SecretBox.inMemory();
      const sealed = Buffer.from(box.seal({ Cookie: 'a=1' }), 'base64');
      assert.throws(() => box.open(change(sealed).toString('base64')), isKeyError);
    });
  }

  it('never overwrites a file that is no key', () => {
    const path = join(folder, 'key');
    for (const content of ['', 'not a key']) {
      writeFileSync(path, content);
      assert.throws(() => SecretBox.withKeyFile(path), isKeyError);
      assert.equal(readFileSync(path, 'utf8'), content);
    }
  });
});
