/**
 * What the catalogue's entries are called in the language of the editor. English stands in the catalogue itself, beside what
 * it describes; other languages in `locales/catalogue/`, which the build adds to the words of every panel that uses this.
 */
import type { Group } from '../../src/event/catalogue';
import { type EventType, eventTypes } from '../../src/event/catalogue-events';

/** Texts by their keys, as Node-RED translates them. */
export type Words = (key: string, values?: Readonly<Record<string, string | number>>) => string;

interface Titled {
  readonly title: string;
}

/** The name of a type, a trigger or a parameter as a key: i18next takes dots and colons for its own. */
export function wordKey(name: string): string {
  return name.replace(/\W/g, '_');
}

function said(translate: Words, key: string, english: string): string {
  return translate(`catalogue.${key}`, { defaultValue: english });
}

export function eventTitle(translate: Words, { type, title }: Pick<EventType, 'type' | 'title'>): string {
  return said(translate, `events.${wordKey(type)}.title`, title);
}

/** By the name of the type. One that the catalogue does not have goes by that. */
export function eventTitleOf(translate: Words, type: string): string {
  const event = eventTypes.find((one) => one.type === type);
  return event === undefined ? type : eventTitle(translate, event);
}

export function eventDescription(translate: Words, event: Pick<EventType, 'type' | 'description'>): string {
  return said(translate, `events.${wordKey(event.type)}.description`, event.description);
}

export function groupTitle(translate: Words, { name, title }: Group): string {
  return said(translate, `groups.${name}`, title);
}

export function triggerTitle(translate: Words, { trigger, title }: Titled & { readonly trigger: string }): string {
  return said(translate, `triggers.${wordKey(trigger)}`, title);
}

/** `english`: a provider may say of its own name more than the catalogue says of the parameter that it means. */
export function parameterDescription(translate: Words, parameter: string, english: string): string {
  return said(translate, `parameters.${wordKey(parameter)}`, english);
}

/** Of what is offered with a kind of source, such as a scenario of the simulator. */
export function optionTitle(translate: Words, field: string, { id, title }: Titled & { readonly id: string }): string {
  return said(translate, `${field}.${wordKey(id)}`, title);
}
