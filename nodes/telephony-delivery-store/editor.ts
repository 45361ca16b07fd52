/** The panel of `telephony-delivery-store`. */

import { slot } from '../editor/dom';
import { wordsBeside } from '../editor/fields/choice-words';
import { showWhenItMatters } from '../editor/fields/conditional';
import { savedProperties, showDefaults } from '../editor/saved-properties';
import { defaults, parseConfig } from './config';

RED.nodes.registerType('telephony-delivery-store', {
  category: 'config',
  defaults: savedProperties(defaults, parseConfig),
  label() {
    const { name, kind } = parseConfig(this).config;
    return name || this._(`kind.options.${kind}`);
  },
  oneditprepare() {
    showDefaults(this, defaults);
    const form = slot('.telephony-form');
    wordsBeside(form, parseConfig, { kind: ({ kind }) => this._(`kind.words.${kind}`) });
    showWhenItMatters(form);
  },
});
