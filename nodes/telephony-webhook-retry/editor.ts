/** The panel of `telephony-webhook-retry`. */
import { wordsBeside } from '../editor/choice-words';
import { showWhenItMatters } from '../editor/conditional';
import { slot } from '../editor/dom';
import { durationInputs } from '../editor/duration-input';
import { openGroups } from '../editor/groups';
import { savedProperties, showDefaults } from '../editor/saved-properties';
import { showSchedule } from '../editor/schedule';
import { scheduleInWords } from '../editor/schedule-words';
import { deliveriesButton, onlyWebhook } from '../editor/show-deliveries';
import { nodesAfter, nodesBefore } from '../editor/wiring';
import { defaults, parseConfig } from './config';

RED.nodes.registerType('telephony-webhook-retry', {
  category: 'telephony webhooks',
  color: '#EBD9AE',
  icon: 'telephony-webhook-retry.svg',
  inputs: 1,
  outputs: 2,
  defaults: savedProperties(defaults, parseConfig, { store: { type: 'telephony-delivery-store', required: false } }),
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
    return this._('inputs.failed');
  },
  outputLabels(index) {
    return this._(index === 0 ? 'outputs.again' : 'outputs.givenUp');
  },
  oneditprepare() {
    showDefaults(this, defaults);
    const form = slot('.telephony-form');
    durationInputs(form, this._);
    wordsBeside(form, parseConfig, {
      retryOn: ({ retryOn }) => this._(`retryOn.words.${retryOn}`),
      schedule: ({ policy }) => scheduleInWords(policy, this._),
    });
    showSchedule(form, { translate: this._, hasFailed: true });
    deliveriesButton(slot('#telephony-jump'), this._, () => {
      const webhook = onlyWebhook([...nodesBefore(this.id), ...nodesAfter(this.id)]);
      // What it holds waits.
      return webhook === '' ? { state: 'waiting' } : { webhook };
    });
    showWhenItMatters(form);
    openGroups(form, this, defaults);
  },
});
