/** Says in a sentence what "once per … within …" does. */
import { findParameter } from '../../../src/event/catalogue';
import { number, reading } from '../../../src/parse';
import { durationInWords } from '../fields/duration-input';

/** Parameters of which people speak; others go by their names. */
const NAMED: readonly string[] = ['callerNumber', 'calledNumber', 'did', 'callId', 'internalNumber'];

/** Empty where nothing is held back, or a field is not right yet. */
export function onceInWords(onceBy: string, withinSeconds: string, translate: Translate): string {
  const from = reading({ withinSeconds });
  const seconds = number(from, 'withinSeconds', 0);
  if (onceBy === '' || from.problems.length > 0 || seconds < 1) return '';
  const who = NAMED.includes(onceBy) ? translate(`once.of.${onceBy}`) : translate('once.of.other', { name: onceBy });
  const words = translate('once.words', { who, time: durationInWords(seconds * 1000, translate) });
  return findParameter(onceBy) ? words : `${words} ${translate('once.unknown')}`;
}
