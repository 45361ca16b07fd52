import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { AmiParser, type ParserCounts, type ParserLimits } from '../../../../../src/sources/asterisk-ami/client/parser';

interface Parsed {
  readonly packets: string[][];
  readonly greetings: string[];
  readonly counts: ParserCounts;
}

function parse(chunks: readonly Uint8Array[], limits: Partial<ParserLimits> = {}): Parsed {
  const packets: string[][] = [];
  const greetings: string[] = [];
  const parser = new AmiParser(
    {
      packet: (packet) => packets.push([...packet.entries()].map(([key, value]) => `${key}=${value}`)),
      greeting: (line) => greetings.push(line),
    },
    limits,
  );
  for (const chunk of chunks) parser.push(chunk);
  return { packets, greetings, counts: parser.counts };
}

const parseText = (text: string, limits?: Partial<ParserLimits>): Parsed => parse([Buffer.from(text)], limits);

describe('the parser of the manager interface', () => {
  const cases: [what: string, text: string, packets: string[][]][] = [
    ['lines that end as Asterisk ends them', 'A: 1\r\nB: 2\r\n\r\n', [['A=1', 'B=2']]],
    ['lines that end with a line feed alone', 'A: 1\nB: 2\n\nC: 3\n\n', [['A=1', 'B=2'], ['C=3']]],
    ['keys that repeat, in their order', 'A: 1\r\nB: 2\r\nA: 3\r\n\r\n', [['A=1', 'B=2', 'A=3']]],
    [
      'values with colons, blanks in front and none at all',
      'A: b: c\r\nB:  d\r\nC:e\r\nD: \r\n\r\n',
      [['A=b: c', 'B= d', 'C=e', 'D=']],
    ],
    ['letters of all alphabets and control characters', 'A: Зоя 😀\u0007\rx\r\n\r\n', [['A=Зоя 😀\u0007\rx']]],
    [
      'keys that are names of what objects have',
      '__proto__: x\r\nconstructor: y\r\n\r\n',
      [['__proto__=x', 'constructor=y']],
    ],
    ['nothing but empty lines', '\r\n\r\n\n\n', []],
    ['a packet whose end has not come', 'A: 1\r\n\r\nB: 2\r\n', [['A=1']]],
  ];
  for (const [what, text, packets] of cases) {
    it(`reads ${what}`, () => assert.deepEqual(parseText(text).packets, packets));
  }

  it('tells the greeting, which no empty line follows', () => {
    const parsed = parseText('Asterisk Call Manager/9.0.0\r\nResponse: Success\r\n\r\n');
    assert.deepEqual(parsed.greetings, ['Asterisk Call Manager/9.0.0']);
    assert.deepEqual(parsed.packets, [['Response=Success']]);
  });

  it('leaves out what is no header line, and counts it', () => {
    const { packets, counts } = parseText('A: 1\r\nnonsense\r\n: no key\r\nB: 2\r\n\r\n');
    assert.deepEqual(packets, [['A=1', 'B=2']]);
    assert.equal(counts.garbageLines, 2);
  });

  it('cuts lines that are too long', () => {
    const { packets, counts } = parseText('A: 123456789\r\nB: 1\r\n\r\n', { lineBytes: 6 });
    assert.deepEqual(packets, [['A=123', 'B=1']]);
    assert.equal(counts.cutLines, 1);
  });

  it('leaves out packets that are too long, and goes on with the next', () => {
    const { packets, counts } = parseText(`${'A: 12345\r\n'.repeat(10)}\r\nB: 1\r\n\r\n`, { packetBytes: 50 });
    assert.deepEqual(packets, [['B=1']]);
    assert.equal(counts.droppedPackets, 1);
  });

  const line = fc.oneof(
    fc.constantFrom('', '\r', 'Event: Hangup', 'Uniqueid: 1.2', 'A:', ':', 'Зоя: 😀', 'x'.repeat(70)),
    fc.string({ maxLength: 12 }),
  );
  const bytes = fc
    .array(fc.tuple(line, fc.constantFrom('\r\n', '\n', '\r\n\r\n')), { maxLength: 40 })
    .map((lines) => Buffer.from(lines.flat().join('')));

  it('makes the same of the same bytes, in whatever pieces they come', () => {
    const cuts = fc.array(fc.nat({ max: 600 }), { maxLength: 30 });
    const limits = fc.constantFrom({}, { lineBytes: 20, packetBytes: 60 });
    fc.assert(
      fc.property(bytes, cuts, limits, (whole, places, bounds) => {
        const at = [0, ...places.filter((place) => place < whole.length).sort((a, b) => a - b), whole.length];
        const pieces = at.slice(1).map((end, index) => whole.subarray(at[index], end));
        assert.deepEqual(parse(pieces, bounds), parse([whole], bounds));
      }),
    );
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), (chunks) => {
        const { packets } = parse([...chunks, Buffer.from('\n\nA: 1\r\n\r\n')]);
        assert.deepEqual(packets.at(-1), ['A=1']);
      }),
    );
  });
});
