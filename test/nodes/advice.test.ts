import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adviceOn, HINTS } from '../../nodes/editor/deliveries/advice';
import { FAILURE_CLASSES } from '../../src/delivery/delivery';

const file = join(__dirname, '../../nodes/telephony-deliveries-sidebar/locales/en-US.json');
const { sidebar: words } = JSON.parse(readFileSync(file, 'utf8')) as {
  sidebar: { classes: Record<string, string>; hints: Record<string, string> };
};

describe('what to do about a failure', () => {
  it('is said in words for every class, and nothing is said that is never shown', () => {
    assert.deepEqual(Object.keys(words.classes).sort(), [...FAILURE_CLASSES].sort());
    assert.deepEqual(Object.keys(words.hints).sort(), [...HINTS].sort());
  });

  it('is one of the hints for every status', () => {
    for (let statusCode = 100; statusCode < 600; statusCode++) {
      const { hint } = adviceOn({ class: 'status', statusCode });
      assert.ok(HINTS.includes(hint), `${statusCode}: ${hint}`);
    }
  });

  const cases: readonly (readonly [Parameters<typeof adviceOn>[0], object])[] = [
    [
      { class: 'refused', statusCode: null },
      { hint: 'refused', mend: 'stored', look: null },
    ],
    [
      { class: 'template', statusCode: null },
      { hint: 'template', mend: 'rendered', look: 'template' },
    ],
    [
      { class: 'secret', statusCode: null },
      { hint: 'secret', mend: 'stored', look: 'endpoint' },
    ],
    [
      { class: 'status', statusCode: 401 },
      { hint: 'status-credentials', mend: 'stored', look: 'endpoint' },
    ],
    [
      { class: 'status', statusCode: 422 },
      { hint: 'status-body', mend: 'rendered', look: 'template' },
    ],
    [
      { class: 'status', statusCode: 503 },
      { hint: 'status-server', mend: 'stored', look: null },
    ],
    [
      { class: 'status', statusCode: 302 },
      { hint: 'status-redirect', mend: 'stored', look: 'webhook' },
    ],
    [
      { class: 'status', statusCode: 204 },
      { hint: 'status-rule', mend: 'stored', look: 'webhook' },
    ],
    [
      { class: 'status', statusCode: 418 },
      { hint: 'status', mend: 'stored', look: null },
    ],
    // Given up for its age: the last answer says nothing about that.
    [
      { class: 'expired', statusCode: 500 },
      { hint: 'expired', mend: 'stored', look: null },
    ],
  ];
  for (const [failure, advice] of cases) {
    it(`of class ${failure.class}, ${failure.statusCode}`, () => assert.deepEqual(adviceOn(failure), advice));
  }
});
