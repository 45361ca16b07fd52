/** What the names in a template mean: parameters of the event by the chosen vocabulary, and properties of the message. */
import { shortened } from '../errors';
import { findParameter } from '../event/catalogue';
import type { TelephonyEvent } from '../event/telephony-event';
import { compileEventClock, compileEventDate, compileTimeFormat, type TimeFormat } from '../event/time';
import { canonicalVocabulary, type Vocabulary } from '../event/vocabulary';
import { Remembered } from '../remembered';
import type { Sentence } from '../sentence';
import { template } from '../sentences/template';
import { type Frame, RenderError } from './frame';
import { nearest } from './nearest';
import { dataOnly, numberOf, ownValue, valueAt } from './values';

/** Reads one value. Undefined: the event does not have it. Throws a RenderError for a name that nobody knows. */
export type Reader = (frame: Frame) => unknown;

/** How a name is read: `raw` leaves times as ISO 8601, for the helper that formats them; `lenient` allows unknown names. */
export interface Reading {
  readonly raw?: boolean;
  readonly lenient?: boolean;
}

/** The one name that stands for no parameter: `{{msg.…}}` reaches any property of the message. */
const MESSAGE = 'msg';

const ONLY_WHEN_SENT: ReadonlySet<string> = new Set(['deliveryId', 'deliveryAttempt']);

export class Names {
  private readonly writeTime: TimeFormat;
  private readonly writeDate: TimeFormat;
  private readonly writeClock: TimeFormat;

  constructor(
    private readonly vocabulary: Vocabulary,
    private readonly unknown: 'error' | 'empty',
    dateFormat: string,
    timeZone: string,
  ) {
    this.writeTime = compileTimeFormat(dateFormat, timeZone);
    this.writeDate = compileEventDate(dateFormat, timeZone);
    this.writeClock = compileEventClock(dateFormat, timeZone);
  }

  /** Whether a list or an object is one value in a form or a query, as JSON text. */
  get jsonInPairs(): boolean {
    return this.vocabulary.jsonInPairs === true;
  }

  /** Whether it is a parameter of the chosen vocabulary or of the catalogue. */
  isParameter(name: string): boolean {
    return this.vocabulary.find(name) !== undefined || canonicalVocabulary.find(name) !== undefined;
  }

  /** Whether a path means something in every message: it begins with a parameter, or with `msg`. */
  isKnown(path: readonly string[]): boolean {
    const [head = ''] = path;
    return head === MESSAGE || this.isParameter(path.join('.')) || this.isParameter(head);
  }

  /** The path as this vocabulary spells it: documents of some providers write their names with a `$`. */
  spelled(path: readonly string[]): readonly string[] {
    const [head = '', ...rest] = path;
    const plain = [head.replace(/^\$/, ''), ...rest];
    return !this.isKnown(path) && this.isKnown(plain) ? plain : path;
  }

  /** What the user should be told of a path before the first message comes. Undefined: nothing. */
  caution(path: readonly string[]): Sentence | undefined {
    const [head = ''] = path;
    if (ONLY_WHEN_SENT.has(head)) return template('only-when-sent', { name: head });
    if (this.unknown === 'empty' || this.isKnown(path)) return undefined;
    return this.unknownName('maybe-unknown', head);
  }

  private unknownName(what: 'unknown' | 'maybe-unknown', wrong: string): Sentence {
    const meant = this.meant.get(wrong);
    const name = shortened(wrong);
    return meant === undefined ? template(what, { name }) : template(`${what}-like`, { name, meant });
  }

  /** The parameter that was probably meant. */
  private readonly meant = new Remembered<string | undefined>(1000, (name) =>
    nearest(
      name,
      [...this.vocabulary.names, ...canonicalVocabulary.names].map((entry) => entry.name),
    ),
  );

  /** How a path such as `callerNumber`, `custom.crmId` or `msg.contact.id` is read. */
  reader(path: readonly string[], how: Reading = {}): Reader {
    const [head = '', ...rest] = path;
    if (rest.length === 0) return this.nameReader(head, how);
    const whole = path.join('.');
    if (this.isParameter(whole)) return this.nameReader(whole, how);
    if (head === MESSAGE && !this.isParameter(head)) return (frame) => valueAt(frame.message, rest);
    const readHead = this.nameReader(head, { ...how, raw: true });
    return (frame) => {
      const known = ownValue(frame.event?.parameters, whole);
      return known === undefined ? valueAt(readHead(frame), rest) : known;
    };
  }

  private nameReader(name: string, how: Reading): Reader {
    const own = this.vocabulary.find(name);
    const entry = own ?? canonicalVocabulary.find(name);
    if (entry !== undefined) {
      // A provider's formats are its own; what goes by the catalogue's name has the catalogue's type.
      const isOwn = own !== undefined && this.vocabulary.id !== canonicalVocabulary.id;
      const type = isOwn ? undefined : findParameter(name)?.type;
      const format = entry.time && !how.raw ? this.writeTime : undefined;
      const derived = isOwn ? undefined : this.derived(name, how);
      const read = (event: TelephonyEvent) => (how.raw ? entry.moment?.(event) : undefined) ?? entry.read(event);
      return derived ?? parameterReader(read, type, format);
    }
    if (name === MESSAGE) return (frame) => frame.message;
    return this.unknownReader(name, how);
  }

  /** What comes into being only here, with the template's time zone and the webhook's name. */
  private derived(name: string, how: Reading): Reader | undefined {
    const time = (write: TimeFormat): Reader => {
      if (how.raw) return (frame) => frame.event?.time;
      return (frame) => (frame.event === null ? undefined : write(frame.event.time));
    };
    if (name === 'eventDate') return time(this.writeDate);
    if (name === 'eventClock') return time(this.writeClock);
    if (name === 'webhookName') return (frame) => frame.webhookName;
    return undefined;
  }

  private unknownReader(name: string, how: Reading): Reader {
    const lenient = how.lenient === true || this.unknown === 'empty';
    return (frame) => {
      const parameters = frame.event?.parameters;
      if (parameters !== undefined && Object.hasOwn(parameters, name)) return dataOnly(parameters[name]);
      if (lenient) return undefined;
      throw new RenderError(this.unknownName('unknown', name));
    };
  }
}

/** Values are of the catalogue's type, as far as what the phone system sent can be read so. */
function parameterReader(
  read: (event: TelephonyEvent) => unknown,
  type: string | undefined,
  format: TimeFormat | undefined,
): Reader {
  return ({ event }) => {
    if (event === null) return undefined;
    const value = read(event);
    if (value === undefined || value === null) return undefined;
    if (format !== undefined) return typeof value === 'string' ? format(value) : value;
    if (typeof value === 'string') {
      if (type === 'number' || type === 'integer') return numberOf(value) ?? value;
      if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
      return value;
    }
    if (type === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return String(value);
    return value;
  };
}
