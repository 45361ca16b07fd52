/** XML and HTML: values are text of elements, attributes and CDATA sections, and stand nowhere else. */
import { toUSVString } from 'node:util';
import { template } from '../../sentences/template';
import { textOf } from '../values';
import { type Context, ContextError, type Hole } from './context';
import { escapeCdata, escapeXml } from './xml-escape';

type Place =
  | 'text'
  | 'tag'
  | 'double-quoted'
  | 'single-quoted'
  | 'comment'
  | 'instruction'
  | 'declaration'
  | 'cdata'
  | 'script';

export interface XmlState {
  readonly place: Place;
  /** The last characters read, for ends and entities that are longer than one. */
  readonly tail: string;
  /** The element whose tag is open, for `script` and `style`. */
  readonly element: string;
}

const TAIL_LENGTH = 12;

const REFUSED = ['tag', 'comment', 'instruction', 'declaration', 'script'] as const satisfies readonly Place[];

function isRefused(place: Place): place is (typeof REFUSED)[number] {
  return REFUSED.some((one) => one === place);
}

export const xmlContext: Context<XmlState> = {
  start: { place: 'text', tail: '', element: '' },
  literal(state, text) {
    let at = state;
    for (const character of text) at = step(at, character);
    return { state: at, text: toUSVString(text) };
  },
  hole({ place, tail, element }): Hole<XmlState> {
    if (isRefused(place)) throw new ContextError(template(`xml-${place}`));
    if (place !== 'cdata' && /&[#\w]*$/.test(tail)) throw new ContextError(template('xml-behind-ampersand'));
    const escapeText = place === 'cdata' ? escapeCdata : escapeXml;
    return {
      write: (value) => escapeText(textOf(value)),
      secret: place === 'cdata' ? undefined : 'xml',
      next: { place, tail: '', element },
    };
  },
  merge(a, b) {
    if (a.place !== b.place || a.element !== b.element) return undefined;
    // Half of a "]]>" behind one way only: which of them counts cannot be told.
    const ends = /[\]-]$/;
    if (a.tail !== b.tail && (ends.test(a.tail) || ends.test(b.tail)) && a.place !== 'text') return undefined;
    return a.tail.includes('&') ? a : b;
  },
  end({ place }) {
    if (place !== 'text') throw new ContextError(template('xml-end'));
  },
};

function step({ place, tail, element }: XmlState, character: string): XmlState {
  const seen = (tail + character).slice(-TAIL_LENGTH);
  const stay = { place, tail: seen, element };
  const go = (next: Place, of = element): XmlState => ({ place: next, tail: '', element: next === 'text' ? '' : of });
  switch (place) {
    case 'text':
      return character === '<' ? { place: 'tag', tail: '<', element: '' } : stay;
    case 'tag':
      return inTag(stay, character);
    case 'double-quoted':
      return character === '"' ? go('tag') : stay;
    case 'single-quoted':
      return character === "'" ? go('tag') : stay;
    case 'comment':
      return seen.endsWith('-->') ? go('text') : stay;
    case 'instruction':
      return seen.endsWith('?>') ? go('text') : stay;
    case 'cdata':
      return seen.endsWith(']]>') ? go('text') : stay;
    case 'declaration':
      // An internal subset in [ ] holds ">" itself.
      if (character === '[') return { place, tail: seen, element: '[' };
      if (character === ']') return { place, tail: seen, element: '' };
      return character === '>' && element === '' ? go('text') : stay;
    case 'script':
      return seen.toLowerCase().endsWith(`</${element}`) ? go('tag', `/${element}`) : stay;
  }
}

function inTag({ tail, element }: XmlState, character: string): XmlState {
  const go = (place: Place, of = element): XmlState => ({ place, tail: '', element: place === 'text' ? '' : of });
  if (tail === '<!--') return go('comment');
  if (tail === '<![CDATA[') return go('cdata');
  if (tail === '<?') return go('instruction');
  // "<!" alone may still become one of the above.
  if (tail.startsWith('<!') && !'<!--'.startsWith(tail) && !'<![CDATA['.startsWith(tail)) {
    return character === '>' ? go('text') : go('declaration', character === '[' ? '[' : '');
  }
  if (character === '>') return go(/^(?:script|style)$/i.test(element) ? 'script' : 'text');
  if (character === '"') return go('double-quoted');
  if (character === "'") return go('single-quoted');
  // The name of the element is what follows "<" without a gap.
  const named = /^<[^\s/!?>]+$/.exec(tail) ? tail.slice(1) : element;
  return { place: 'tag', tail, element: named.toLowerCase() };
}
