/** The panel of `telephony-event-in`. */
import { callTypes as knownCallTypes } from '../../src/event/call-type';
import { eventTypes, parameters } from '../../src/event/catalogue';
import { systemTriggers } from '../../src/event/system-triggers';
import { ANY_EVENT, triggerProblem, triggerVariants, typesOf } from '../../src/event/triggers';
import { eventDescription, eventTitle, parameterDescription, triggerTitle } from '../editor/catalogue-words';
import { element, slot } from '../editor/dom';
import { type ListenPane, listenPane } from '../editor/event-in/listen-pane';
import { type NumberList, numberList } from '../editor/event-in/number-list';
import { onceInWords } from '../editor/event-in/once-words';
import { type CheckGroup, type CheckItem, type CheckList, checkList } from '../editor/fields/check-list';
import { showWhenItMatters } from '../editor/fields/conditional';
import { said } from '../editor/said';
import { savedProperties, showDefaults } from '../editor/saved-properties';
import { deliveriesButton, onlyWebhook } from '../editor/show-deliveries';
import { nodesAfter } from '../editor/wiring';
import { defaults, type EventInConfig, parseConfig } from './config';

/** The widgets of the open panel. */
interface Panel {
  readonly events: CheckList;
  readonly callTypes: CheckList;
  readonly numbers: NumberList;
  readonly listening: ListenPane;
}
let panel: Panel | undefined;

RED.nodes.registerType('telephony-event-in', {
  category: 'telephony webhooks',
  color: '#BFDCC8',
  icon: 'telephony-event-in.svg',
  inputs: 0,
  outputs: 1,
  defaults: savedProperties(
    defaults,
    parseConfig,
    { source: { type: 'telephony-source', required: true } },
    ({ events }) =>
      (Array.isArray(events) ? events : []).flatMap((trigger) => {
        const problem = triggerProblem(String(trigger));
        return problem === undefined ? [] : [{ field: 'events', ...problem }];
      }),
  ),
  paletteLabel() {
    return this._('paletteLabel');
  },
  label() {
    return this.name || this._('paletteLabel');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  outputLabels() {
    return this._('outputs.event');
  },
  oneditprepare() {
    showDefaults(this, defaults);
    const saved = parseConfig(this).config;
    const form = slot('.telephony-form');
    const typed = (name: string): string => String($(`#node-input-${name}`).val() ?? '');
    // A source that is not chosen yet has the value _ADD_.
    const source = (): string => (typed('source') === '_ADD_' ? '' : typed('source'));
    const translate = this._;
    const numbers = numberList(slot('#telephony-numbers'), { values: saved.numbers, translate, source });
    const listening = listenPane(slot('#telephony-listen'), {
      translate,
      source,
      config: () => ({ ...chosen(), webhookId: typed('webhookId') }),
    });
    panel = { events: events(saved, translate), callTypes: callTypes(saved, translate), numbers, listening };
    $('#node-input-source').on('change', numbers.refresh);
    const words = slot('#telephony-once-words');
    const sayOnce = (): void => {
      words.textContent = onceInWords(typed('onceBy').trim(), typed('onceWithinSeconds'), translate);
    };
    $(form).on('input change', sayOnce);
    sayOnce();
    $(form).on('change', listening.refresh);
    const names = slot('#telephony-parameters');
    for (const { name, description } of parameters) {
      names.append(element('option', { value: name }, parameterDescription(translate, name, description)));
    }
    deliveriesButton(slot('#telephony-jump'), translate, () => {
      const [type, ...others] = typesOf(panel?.events.chosen() ?? []);
      return { webhook: onlyWebhook(nodesAfter(this.id)), type: type && others.length === 0 ? type.type : '' };
    });
    showWhenItMatters(form);
  },
  oneditsave() {
    Object.assign(this, chosen());
    close();
  },
  oneditcancel: close,
});

/** What stands in the widgets, which Node-RED does not read itself. */
function chosen(): object {
  if (!panel) return {};
  const { events, callTypes, numbers } = panel;
  return { events: events.chosen(), callTypes: callTypes.chosen(), numbers: numbers.values() };
}

function close(): void {
  panel?.listening.stop();
  panel = undefined;
}

/** The events, by their titles here or by what a phone system calls them. */
function events(saved: EventInConfig, translate: Translate): CheckList {
  const problem = slot('#telephony-events-problem');
  const showProblem = (chosen: readonly string[]): void => {
    const [unknown] = chosen.flatMap((trigger) => triggerProblem(trigger) ?? []);
    const wrong = unknown === undefined ? '' : said(translate, unknown);
    problem.textContent = chosen.length === 0 ? translate('events.wrong') : wrong;
  };
  const list = checkList({
    groups: ownGroups(translate),
    chosen: saved.events,
    translate,
    onChange: showProblem,
    wholeGroups: true,
  });
  slot('#telephony-events').append(list.element);
  showProblem(saved.events);
  list.showChosen();
  const choice = slot('#telephony-systems');
  choice.append(element('option', { value: '' }, translate('events.own')));
  for (const system of new Set(systemTriggers.map(({ system }) => system))) {
    choice.append(element('option', { value: system }, translate('events.namedBy', { system })));
  }
  $(choice).on('change', () => {
    const system = String($(choice).val());
    list.offer(system === '' ? ownGroups(translate) : [systemGroup(system, translate)]);
  });
  return list;
}

function ownGroups(translate: Translate): readonly CheckGroup[] {
  const any: CheckItem = {
    values: [ANY_EVENT],
    label: translate('events.any'),
    brief: translate('events.anyTip'),
    description: translate('events.anyTip'),
  };
  const items = eventTypes.flatMap((event): CheckItem[] => [
    {
      values: [event.type],
      label: eventTitle(translate, event),
      brief: eventDescription(translate, event),
      description: eventDescription(translate, event),
      example: event.type,
    },
    ...triggerVariants
      .filter(({ trigger }) => trigger.startsWith(`${event.type}:`))
      .map((variant) => {
        const label = triggerTitle(translate, variant);
        return { values: [variant.trigger], label, example: variant.trigger, description: label };
      }),
  ]);
  const families = new Map<string, CheckItem[]>([['any', [any]]]);
  for (const item of items) {
    const [family = ''] = (item.values[0] ?? '').split('.');
    families.set(family, [...(families.get(family) ?? []), item]);
  }
  return [...families].map(([family, members]) => ({ title: translate(`events.families.${family}`), items: members }));
}

function systemGroup(system: string, translate: Translate): CheckGroup {
  const items = systemTriggers
    .filter((trigger) => trigger.system === system)
    .map(({ title, triggers, callTypes: limited }) => ({
      values: triggers,
      label: title,
      brief: triggers.join(', '),
      description: limited
        ? translate('events.limited', { types: limited.map((type) => translate(`callTypes.names.${type}`)).join(', ') })
        : translate('events.stands'),
      example: triggers.join(', '),
    }));
  return { title: system, items };
}

function callTypes(saved: EventInConfig, translate: Translate): CheckList {
  const items = knownCallTypes.map((type) => ({
    values: [type],
    label: translate(`callTypes.names.${type}`),
  }));
  const list = checkList({
    groups: [{ title: '', items }],
    chosen: saved.callTypes,
    translate,
    plain: true,
  });
  slot('#telephony-callTypes').append(list.element);
  return list;
}
