/** The panel of `telephony-webhook-endpoint`. */

import { parseAllowEntry } from '../../src/http/address-rule';
import { slot } from '../editor/dom';
import { addressExamples } from '../editor/endpoint/address-examples';
import { endpointTest } from '../editor/endpoint/endpoint-test';
import { hmacPresets } from '../editor/endpoint/hmac-presets';
import { privateKey } from '../editor/endpoint/private-key';
import { signingSecrets } from '../editor/endpoint/signing-secrets';
import { wordsBeside } from '../editor/fields/choice-words';
import { showWhenItMatters } from '../editor/fields/conditional';
import { openGroups } from '../editor/fields/groups';
import { type SecretsTable, secretProblems, secretsTable } from '../editor/fields/secrets-table';
import { type TextList, textList } from '../editor/fields/text-list';
import { savedProperties, showDefaults, typedValues } from '../editor/saved-properties';
import { deliveriesButton } from '../editor/show-deliveries';
import { credentialTypes, defaults, parseConfig } from './config';

let panel: { readonly secrets: SecretsTable; readonly allow: TextList } | undefined;

RED.nodes.registerType('telephony-webhook-endpoint', {
  category: 'config',
  defaults: savedProperties(
    defaults,
    parseConfig,
    {
      tls: { type: 'tls-config', required: false },
      proxy: { type: 'http proxy', required: false },
    },
    ({ secretNames }, node) => secretProblems(secretNames, node),
  ),
  credentials: credentialTypes,
  label() {
    return this.name || String(this['baseUrl'] || this._('label'));
  },
  oneditprepare() {
    showDefaults(this, defaults);
    const { config } = parseConfig(this);
    privateKey(slot('#telephony-privateKey'), slot('#node-config-input-privateKey') as HTMLTextAreaElement, this._);
    const credential = (name: string): HTMLInputElement => slot(`#node-config-input-${name}`) as HTMLInputElement;
    signingSection(credential('signingSecrets'), this._);
    const allow = textList(slot('#telephony-allow'), {
      values: config.allow,
      translate: this._,
      label: this._('allow.label'),
      placeholder: '*.example.com, 192.168.1.0/24',
      problem: (entry) => (parseAllowEntry(entry) ? undefined : this._('allow.wrong')),
    });
    panel = {
      allow,
      secrets: secretsTable(slot('#telephony-secretNames'), credential('secrets'), {
        names: config.secretNames,
        translate: this._,
        label: this._('secretNames.label'),
      }),
    };
    const form = slot('.telephony-form');
    wordsBeside(form, parseConfig, {
      addressPolicy: ({ addressPolicy }) => this._(`addressPolicy.words.${addressPolicy}`),
      auth: ({ auth }) => this._(`auth.words.${auth}`),
      signing: ({ signing }) => this._(`signing.words.${signing}`),
    });
    const typed = (): object => ({ ...typedValues(Object.keys(defaults)), allow: allow.values() });
    addressSection(typed, this._);
    endpointTest(slot('#telephony-endpoint-test'), this._, () => ({
      id: this.id,
      config: typed(),
      credentials: typedValues(Object.keys(credentialTypes)),
    }));
    deliveriesButton(slot('#telephony-jump'), this._, () => ({ webhook: this.id }));
    showWhenItMatters(form);
    openGroups(form, this, defaults);
  },
  oneditsave() {
    if (!panel) return;
    this['secretNames'] = panel.secrets.names();
    this['allow'] = panel.allow.values();
    panel = undefined;
  },
  oneditcancel() {
    panel = undefined;
  },
});

/** Which addresses may be reached, by example. */
function addressSection(typed: () => object, translate: Translate): void {
  const examples = addressExamples(slot('#telephony-address-examples'), translate, typed);
  $('#node-config-input-addressPolicy, #node-config-input-proxy').on('change', examples.refresh);
  slot('#telephony-allow').addEventListener('input', examples.refresh);
}

/** How requests are signed, and with which keys. */
function signingSection(credential: HTMLInputElement, translate: Translate): void {
  const signing = slot('#node-config-input-signing') as HTMLSelectElement;
  const keys = signingSecrets(slot('#telephony-signingSecrets'), credential, {
    translate,
    isStandard: () => signing.value === 'standard',
  });
  hmacPresets(slot('#telephony-hmac-like') as HTMLSelectElement);
  $(signing).on('change', keys.check);
}
