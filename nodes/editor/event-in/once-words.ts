/** Says in a sentence what "once per … within …" does. */
import { findParameter } from '../../../src/event/catalogue';
import { number, reading } from '../../../src/parse';

/** Parameters of which people speak; others go by their names. */
const NAMED: readonly string[] = ['callerNumber', 'calledNumber', 'did', 'callId', 'internalNumber'];

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** Empty where nothing is held back, or a field is not right yet. `language`: of the texts. */
export function onceInWords(onceBy: string, withinSeconds: string, language: string, translate: Translate): string {
  const from = reading({ withinSeconds });
  const seconds = number(from, 'withinSeconds', 0);
  if (onceBy === '' || from.problems.length > 0 || seconds < 1) return '';
  const who = NAMED.includes(onceBy) ? translate(`once.of.${onceBy}`) : translate('once.of.other', { name: onceBy });
  const words = translate('once.words', { who, time: timeInWords(seconds, language) });
  return findParameter(onceBy) ? words : `${words} ${translate('once.unknown')}`;
}

/** In the largest unit in which it is a whole number: `60 minutes` is an hour. */
function timeInWords(seconds: number, language: string): string {
  const [unit, length] = UNITS.find(([, inSeconds]) => seconds % inSeconds === 0) ?? (['second', 1] as const);
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(seconds / length);
}
