/** The project's own files as the guards read them. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(__dirname, '..', '..');

/** Those of the panels beside English. */
export const LANGUAGES = ['de', 'es', 'hi', 'pt-BR', 'ru', 'uk'];

/** Files that git knows or would add, below a folder, by their path from the project. */
export function trackedFiles(folder = ''): readonly string[] {
  const listed = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', folder || '.'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  return listed.split('\0').filter((file) => file !== '' && existsSync(join(root, file)));
}

export function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** TypeScript without comments. Good enough for what the guards look for: it does not know strings that hold `//`. */
export function codeOf(file: string): string {
  return read(file)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|[\s;{(,])\/\/.*$/gm, '$1');
}

/** What a file imports, loads or re-exports, as written. `typeOnly`: nothing of it is left when it runs. */
export function importsOf(file: string): readonly { readonly from: string; readonly typeOnly: boolean }[] {
  const code = codeOf(file);
  const statements = code.matchAll(/^\s*(?:import|export)\s(type\s)?[^'";]*?from\s+'([^']+)'|^\s*import\s+'([^']+)'/gm);
  const calls = code.matchAll(/\b(?:import|require)\(\s*'([^']+)'\s*\)/g);
  return [
    ...[...statements].map((match) => ({ from: match[2] ?? match[3] ?? '', typeOnly: match[1] !== undefined })),
    ...[...calls].map((match) => ({ from: match[1] ?? '', typeOnly: false })),
  ];
}
