import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type ActionFields, writeAction } from '../../../../../src/sources/asterisk-ami/client/action';
import { AmiParser } from '../../../../../src/sources/asterisk-ami/client/parser';

describe('an action for Asterisk', () => {
  it('is written field by field', () => {
    const text = writeAction([
      ['Action', 'Originate'],
      ['Variable', 'a=1'],
      ['Variable', 'b=Зоя'],
    ]);
    assert.equal(text, 'Action: Originate\r\nVariable: a=1\r\nVariable: b=Зоя\r\n\r\n');
    const packets: string[][] = [];
    new AmiParser({ packet: (packet) => packets.push(packet.all('Variable')) }).push(Buffer.from(text));
    assert.deepEqual(packets, [['a=1', 'b=Зоя']]);
  });

  const refused: [what: string, fields: ActionFields][] = [
    ['a value with a line break', [['Channel', 'PJSIP/201\r\n\r\nAction: Command']]],
    ['a value with a line feed alone', [['Channel', 'PJSIP/201\nApplication: System']]],
    ['a value with a carriage return alone', [['Channel', 'PJSIP/201\rx']]],
    ['a value with a NUL', [['Channel', 'PJSIP/201\0']]],
    ['a key with a line break', [['Channel\r\nAction', 'x']]],
    ['a key with a colon', [['Channel: x', 'y']]],
    ['an empty key', [['', 'y']]],
    ['a line that is longer than Asterisk reads', [['Variable', 'я'.repeat(600)]]],
    ['more fields than Asterisk reads', Array.from({ length: 101 }, () => ['Variable', 'a=1'] as const)],
  ];
  for (const [what, fields] of refused) {
    it(`is refused with ${what}`, () => assert.throws(() => writeAction(fields), { code: 'action' }));
  }
});
