/** The panel of `telephony-deliveries`. */

import { slot } from '../editor/dom';
import { wordsBeside } from '../editor/fields/choice-words';
import { showWhenItMatters } from '../editor/fields/conditional';
import { savedProperties, showDefaults } from '../editor/saved-properties';
import { defaults, parseConfig } from './config';

RED.nodes.registerType('telephony-deliveries', {
  category: 'telephony webhooks',
  color: '#D5D9E0',
  icon: 'telephony-deliveries.svg',
  inputs: 1,
  outputs: 1,
  defaults: savedProperties(defaults, parseConfig, { store: { type: 'telephony-delivery-store', required: false } }),
  paletteLabel() {
    return this._('paletteLabel');
  },
  label() {
    const action = typeof this['action'] === 'string' && this['action'] !== '' ? this['action'] : '';
    return this.name || (action ? this._('labelWithAction', { action }) : this._('paletteLabel'));
  },
  labelStyle() {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare() {
    showDefaults(this, defaults);
    const form = slot('.telephony-form');
    wordsBeside(form, parseConfig, { action: ({ action }) => this._(`action.words.${action || 'none'}`) });
    showWhenItMatters(form);
  },
  inputLabels() {
    return this._('inputs.question');
  },
  outputLabels() {
    return this._(this['action'] === 'alerts' ? 'outputs.alerts' : 'outputs.answer');
  },
});
