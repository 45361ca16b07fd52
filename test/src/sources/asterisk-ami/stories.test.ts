import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { findParameter } from '../../../../src/event/catalogue';
import { AmiReader, type Happening } from '../../../../src/sources/asterisk-ami/ami-reader';
import { DEFAULT_DIALPLAN, Dialplan } from '../../../../src/sources/asterisk-ami/calls/dialplan';
import { TOLD } from '../../../../src/sources/asterisk-ami/told';
import { inOnePiece, replay } from '../../../support/ami-replay';
import { type ExpectedEvent, readStory } from '../../../support/ami-story';

const FOLDER = join(__dirname, '../../../fixtures/asterisk');
const dialplan = new Dialplan({ ...DEFAULT_DIALPLAN, trunkContexts: ['from-line'] });

/** An event as a story writes it, with as many parameters as the story asks for. */
function told(
  { type, callId, parameters }: Happening,
  letters: Map<string, string>,
  wanted: ExpectedEvent | undefined,
): string {
  if (callId !== '' && !letters.has(callId)) letters.set(callId, String.fromCharCode(65 + letters.size));
  const named = (wanted?.parameters ?? []).map(([name]) => `${name}=${JSON.stringify(String(parameters[name]))}`);
  return [letters.get(callId) ?? '-', type, ...named].join(' ');
}

function wantedText({ call, type, parameters }: ExpectedEvent): string {
  return [call, type, ...parameters.map(([name, value]) => `${name}=${JSON.stringify(String(value))}`)].join(' ');
}

describe('what happens on Asterisk', () => {
  for (const file of readdirSync(FOLDER)) {
    it(file.replace('.txt', '').replaceAll('-', ' '), () => {
      const { bytes, expected, startMs } = readStory(join(FOLDER, file));
      const reader = new AmiReader(dialplan);
      const letters = new Map<string, string>();
      const events = replay(reader, bytes, inOnePiece(bytes), startMs);
      assert.deepEqual(
        events.map((event, index) => told(event, letters, expected[index])),
        expected.map(wantedText),
      );
      assert.equal(reader.callCount, 0);
      const undeclared = events
        .flatMap(({ parameters }) => Object.keys(parameters))
        .filter((name) => findParameter(name) && !TOLD.includes(name));
      assert.deepEqual(undeclared, []);
    });
  }
});
