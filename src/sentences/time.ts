/** What is wrong with a time zone, a date format or a country. */
import { speaker } from '../sentence';

export const time = speaker('time', {
  'no-zone':
    'There is no time zone "__name__": write a name such as Europe/London or Asia/Kolkata, or an offset such as +05:30.',
  'format-long': 'A date format has at most __most__ characters.',
  'format-bracket': 'A "[" in the date format has no "]".',
  'format-part':
    '"__part__" is no part of a date format: write for example YYYY-MM-DD HH:mm:ss, and plain words in [brackets].',
  'format-empty': 'A date format needs at least one part of a time, as in YYYY-MM-DD HH:mm:ss.',
  'no-country': 'There is no country "__country__": write two letters such as GB, or a calling code such as 44.',
});
