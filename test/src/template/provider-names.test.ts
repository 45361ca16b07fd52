import assert from 'node:assert/strict';
import { sampleEvent } from '../../../src/event/samples';
import { vocabulary, vocabularyIds } from '../../../src/sources/http-push/vocabularies';
import { compile, request } from './example-vocabulary';

const event = sampleEvent('call.ended') ?? null;

describe('templates in the names of a provider', () => {
  for (const id of vocabularyIds) {
    it(`${id}: every name can be ticked, and be a variable`, () => {
      const names = vocabulary(id).names.map(({ name }) => name);
      const options = { vocabulary: vocabulary(id) };
      const user = names.map((name) => ({ key: `own ${name}`, type: 'text' as const, value: `\${{${name}}}` }));
      const config = { available: names, user };
      assert.deepEqual(compile(config, options).problems, []);
      const body: unknown = JSON.parse(String(request(config, {}, { event }, options).body));
      assert.deepEqual(Object.keys(body as object), [...names, ...user.map(({ key }) => key)]);
    });
  }
  it('a name with a space works wherever a name can stand, and is no key', () => {
    const options = { vocabulary: vocabulary('ringostat') };
    const text = '{{insertion type}} {{#if insertion type}}{{upper insertion type}}{{/if}}';
    assert.equal(request({ format: 'text', text }, {}, { event }, options).body, 'dynamic DYNAMIC');
    const user = [{ key: '{{insertion type}}', type: 'text' as const, value: '' }];
    assert.deepEqual(
      compile({ user }, options).problems.map(({ field }) => field),
      ['user[0].key'],
    );
    assert.deepEqual(compile({ user }).problems, []);
  });
});
