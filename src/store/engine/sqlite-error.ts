/** Says in plain words what SQLite or the file system could not do, and what the user can do about it. */
import { UserError } from '../../errors';
import { store } from '../../sentences/store';

/** Primary result codes, https://www.sqlite.org/rescode.html. */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

const UNWRITABLE = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOENT',
  'ENOTDIR',
  'EEXIST',
  'EISDIR',
  'ENAMETOOLONG',
  'ELOOP',
  'EIO',
]);
const FULL_DISK = new Set(['ENOSPC', 'EDQUOT']);

/**
 * A UserError where the cause lies outside the program: `store-busy`, `store-corrupt`, `store-full` or
 * `store-unwritable`. Anything else is a bug and comes back as it is.
 */
export function storeError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ERR_SQLITE_ERROR' && 'errcode' in error && typeof error.errcode === 'number') {
    return sqliteError(error, error.errcode & 0xff, path);
  }
  if (typeof code !== 'string') return error;
  if (FULL_DISK.has(code)) return full(path, error);
  return UNWRITABLE.has(code) ? unwritable(path, error) : error;
}

function sqliteError(error: Error, primary: number, path: string): Error {
  switch (primary) {
    case BUSY:
    case LOCKED:
      return busy(path, error);
    case CORRUPT:
    case NOTADB:
      return corrupt(path, 'damaged', error);
    case FULL:
      return full(path, error);
    case READONLY:
    case IOERR:
    case CANTOPEN:
      return unwritable(path, error);
    default:
      return error;
  }
}

export function busy(path: string, cause?: unknown): UserError {
  return new UserError('store-busy', store('busy', { path }), { field: 'path', cause });
}

export function corrupt(path: string, how: 'damaged' | 'other-program', cause?: unknown): UserError {
  return new UserError('store-corrupt', store(how, { path }), { field: 'path', cause });
}

/** Somebody put another file in the place of one that is open. */
export function replaced(path: string): UserError {
  return new UserError('store-unwritable', store('replaced', { path }), { field: 'path' });
}

export function newer(path: string, found: number, known: number): UserError {
  return new UserError('store-newer', store('newer', { path, found, known }), { field: 'path' });
}

function full(path: string, cause: unknown): UserError {
  return new UserError('store-full', store('full', { path }), { field: 'path', cause });
}

function unwritable(path: string, cause: Error): UserError {
  return new UserError('store-unwritable', store('unwritable', { path, reason: cause.message }), {
    field: 'path',
    cause,
  });
}
