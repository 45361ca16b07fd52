/** The panel of `telephony-webhook-retry`. */
import { showWhenItMatters } from '../editor/conditional';
import { slot } from '../editor/dom';
import { durationInputs } from '../editor/duration-input';
import { savedProperties, showDefaults } from '../editor/saved-properties';
import { scheduleInWords } from '../editor/schedule';
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
    scheduleInWords(this._);
    showWhenItMatters(form);
  },
});
