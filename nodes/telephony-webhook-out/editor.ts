/** The panel of `telephony-webhook-out`. */
import { showWhenItMatters } from '../editor/conditional';
import { slot } from '../editor/dom';
import { durationInputs } from '../editor/duration-input';
import { savedProperties, showDefaults } from '../editor/saved-properties';
import { scheduleInWords } from '../editor/schedule';
import { defaults, parseConfig } from './config';

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
    scheduleInWords(this._);
    showWhenItMatters(form);
  },
});
