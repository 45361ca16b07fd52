/** What is asked first, because it concerns many deliveries or cannot be undone; and what is done then. */
import { element } from '../dom';
import { said } from '../said';
import { ask, type Choice } from './dialog';
import type { ExportFormat, ResentMany } from './log-client';
import type { Query } from './log-filter';
import type { LogHost } from './log-host';

/** For how long a browser may take to begin with a download. */
const BEGINS_WITHIN_MS = 60_000;

export class Questions {
  constructor(
    private readonly host: LogHost,
    private readonly place: HTMLElement,
    private readonly say: (text: string) => void,
  ) {}

  /** `isEnded`: it is removed from the log, else given up. */
  async mayDiscard(isEnded: boolean): Promise<boolean> {
    const { translate } = this.host;
    const title = translate(isEnded ? 'sidebar.remove' : 'sidebar.discard');
    const text = translate(isEnded ? 'sidebar.removeQuestion' : 'sidebar.discardQuestion');
    return (await this.#ask(title, [text], [{ value: 'yes', label: title, isPrimary: true }])) !== null;
  }

  /** Says first how many they are, and leaves out what a receiver would get a second time, unless only that is meant. */
  async resendAll(matching: Query): Promise<void> {
    const { client, translate, times } = this.host;
    // What comes in while one reads the question is not meant.
    const query: Query = { to: new Date().toISOString(), ...matching };
    const asksForDelivered = query['state'] === undefined || query['state'] === 'delivered';
    const [count, delivered] = await Promise.all([
      client.count(query),
      asksForDelivered ? client.count({ ...query, state: 'delivered' }) : 0,
    ]);
    if (count === 0) {
      this.say(translate('sidebar.nothing'));
      return;
    }
    const isMixed = delivered > 0 && delivered < count;
    const way = await this.#ask(
      translate('sidebar.resendAllTitle', { count: times.number(isMixed ? count - delivered : count) }),
      [
        ...(isMixed ? [translate('sidebar.deliveredLeftOut', { count: times.number(delivered) })] : []),
        ...(delivered === count ? [translate('sidebar.deliveredTwice')] : []),
        translate('sidebar.resendQuestion'),
      ],
      [
        { value: 'stored', label: translate('sidebar.asStored'), isPrimary: true },
        { value: 'rendered', label: translate('sidebar.rendered') },
      ],
    );
    if (way === null) return;
    this.say(translate('sidebar.resending'));
    const meant: Query = isMixed ? { ...query, state: 'failed,waiting,pending' } : query;
    this.say(this.#resentWords(await client.resendAll(meant, way === 'rendered')));
  }

  async export(query: Query, count: number): Promise<void> {
    const { client, translate, times } = this.host;
    const format = await this.#ask<ExportFormat>(
      translate('sidebar.exportTitle', { count: times.number(count) }),
      [translate('sidebar.exportText')],
      [
        { value: 'csv', label: 'CSV', isPrimary: true },
        { value: 'ndjson', label: 'NDJSON' },
      ],
    );
    if (format === null) return;
    this.say(translate('sidebar.exporting'));
    const url = URL.createObjectURL(await client.export(query, format));
    element('a', { href: url, download: `deliveries.${format}` }).click();
    setTimeout(() => URL.revokeObjectURL(url), BEGINS_WITHIN_MS);
    this.say(translate('sidebar.exported'));
  }

  #ask<Value extends string>(
    title: string,
    text: readonly string[],
    choices: readonly Choice<Value>[],
  ): Promise<Value | null> {
    return ask(this.place, { title, text, cancel: this.host.translate('sidebar.cancel') }, choices);
  }

  #resentWords({ matched, resent, failed }: ResentMany): string {
    const { translate, times } = this.host;
    const count = times.number(resent);
    const [first] = failed;
    if (first) {
      return translate('sidebar.resentSome', {
        count,
        failed: times.number(failed.length),
        message: said(translate, first),
      });
    }
    if (resent < matched) return translate('sidebar.resentPart', { count, matched: times.number(matched) });
    return translate('sidebar.resentAll', { count });
  }
}
