/** The page to which people come with an error has a line for each that can be met. */
import assert from 'node:assert/strict';
import { FAILURE_CLASSES } from '../../src/delivery/delivery';
import { codeOf, read, trackedFiles } from './source-files';

const page = read('docs/troubleshooting.md');

/** What stands in back quotes in the first column below a heading. */
function listed(heading: string): readonly string[] {
  const [, section = ''] = page.split(`## ${heading}\n`);
  const rows = section.split('\n## ')[0]?.matchAll(/^\| (`[^|]*) \|/gm) ?? [];
  return [...rows].flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
}

describe('The page about troubles', () => {
  it('tells of every class of failure, and of no other', () => {
    assert.deepEqual([...listed('Why an attempt failed')].sort(), [...FAILURE_CLASSES].sort());
  });

  it('tells of every error code, and of no other', () => {
    const codes = [...trackedFiles('src'), ...trackedFiles('nodes')]
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => [...codeOf(file).matchAll(/new UserError\(\s*'([^']+)'/g)])
      .map(([, code = '']) => code);
    assert.deepEqual([...new Set(listed('Error codes'))].sort(), [...new Set(codes)].sort());
  });
});
