/** Offers the names of time zones that the browser knows. */
import { element } from '../dom';

export function offerTimeZones(datalist: HTMLElement): void {
  datalist.replaceChildren(
    ...['UTC', ...Intl.supportedValuesOf('timeZone')].map((value) => element('option', { value })),
  );
}
