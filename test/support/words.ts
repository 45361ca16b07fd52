/** The words of a node in a language, as its runtime gets them: without Node-RED. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Say } from '../../nodes/runtime/status-text';

export type Words = { readonly [key: string]: string | Words };

const nodes = join(__dirname, '..', '..', 'nodes');

/** The languages of a node's folder; of what all nodes share, it is `editor`. */
export function languagesOf(folder: string): readonly string[] {
  return readdirSync(join(nodes, folder, 'locales'))
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.replace(/\.json$/, ''));
}

export function wordsOf(folder: string, language = 'en-US'): Words {
  return JSON.parse(readFileSync(join(nodes, folder, 'locales', `${language}.json`), 'utf8')) as Words;
}

/** Says what stands below a path such as `telephony-webhook-out.status`. Throws where there is no text. */
export function sayIn(words: Words, path = ''): Say {
  return (key, values = {}) => {
    const found = (path ? `${path}.${key}` : key)
      .split('.')
      .reduce<string | Words | undefined>((part, name) => (typeof part === 'object' ? part[name] : undefined), words);
    if (typeof found !== 'string') throw new Error(`There is no text ${path} ${key}`);
    return found.replace(/__(\w+)__/g, (_, name: string) => String(values[name]));
  };
}
