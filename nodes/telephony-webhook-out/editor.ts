/** The panel of `telephony-webhook-out`. */
import { isSuccess, parseSuccessRule } from '../../src/delivery/success-rule';
import { type Sentences, wordsBeside } from '../editor/choice-words';
import { showWhenItMatters } from '../editor/conditional';
import { slot } from '../editor/dom';
import { durationInputs, durationInWords } from '../editor/duration-input';
import { openGroups } from '../editor/groups';
import { savedProperties, showDefaults } from '../editor/saved-properties';
import { showSchedule } from '../editor/schedule';
import { scheduleInWords } from '../editor/schedule-words';
import { deliveriesButton } from '../editor/show-deliveries';
import { defaults, parseConfig, type WebhookOutConfig } from './config';

RED.nodes.registerType('telephony-webhook-out', {
  category: 'telephony webhooks',
  color: '#B9D3E8',
  icon: 'telephony-webhook-out.svg',
  inputs: 1,
  outputs: 2,
  defaults: savedProperties(defaults, parseConfig, {
    endpoint: { type: 'telephony-webhook-endpoint', required: false },
    store: { type: 'telephony-delivery-store', required: false },
  }),
  paletteLabel() {
    return this._('paletteLabel');
  },
  label() {
    return this.name || this._('paletteLabel');
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('inputs.request');
  },
  outputLabels(index) {
    return this._(index === 0 ? 'outputs.delivered' : 'outputs.failed');
  },
  oneditprepare() {
    showDefaults(this, defaults);
    const form = slot('.telephony-form');
    durationInputs(form, this._);
    wordsBeside(form, parseConfig, sentences(this._));
    const aside = (): string => (restsWhenDown($('#node-input-endpoint').val()) ? this._('outlook.rests') : '');
    showSchedule(form, { translate: this._, hasFailed: false, aside });
    deliveriesButton(slot('#telephony-jump'), this._, () => ({ webhook: this.id }));
    showWhenItMatters(form);
    openGroups(form, this, defaults);
  },
});

/** Codes that people take for a success; those that a rule leaves out are named. */
const EXPECTED = [200, 201, 202, 204];

function sentences(translate: Translate): Sentences<WebhookOutConfig> {
  const say = (name: string, choice: string, values?: Readonly<Record<string, string>>): string =>
    translate(`${name}.words.${choice}`, values);
  const duration = (ms: number): string => durationInWords(ms, translate);
  return {
    retryIfError: ({ retryIfError }) => say('retryIfError', String(retryIfError)),
    schedule: ({ policy }) => scheduleInWords(policy, translate),
    success({ success }) {
      const rule = parseSuccessRule(success);
      const missed = EXPECTED.filter((code) => !isSuccess(rule, code));
      const codes = rule.ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}–${last}`)).join(', ');
      if (codes === '200–299') return say('success', 'any2xx');
      return say('success', missed.length > 0 ? 'missed' : 'list', { codes, missed: missed.join(', ') });
    },
    timeoutMs: ({ timeoutMs, policy, retryIfError }) =>
      say('timeoutMs', retryIfError && timeoutMs >= policy.maxAgeMs ? 'once' : 'usual', {
        time: duration(timeoutMs),
        age: duration(policy.maxAgeMs),
      }),
    response: ({ response }) => say('response', response),
    orderBy: ({ orderBy }) =>
      say('orderBy', orderBy === '' ? 'none' : orderBy === defaults.orderBy ? 'call' : 'other', { property: orderBy }),
    orderWaitMs: ({ orderWaitMs }) =>
      say('orderWaitMs', orderWaitMs === 0 ? 'zero' : 'some', { time: duration(orderWaitMs) }),
  };
}

/** Whether the chosen endpoint has a breaker. */
function restsWhenDown(endpoint: unknown): boolean {
  const chosen = RED.nodes.node(String(endpoint));
  return Number(chosen?.['breaker']) > 0 || Number(chosen?.['breakerPercent']) > 0;
}
