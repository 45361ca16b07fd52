/** The fields of each kind of source, from which the panel draws its form. A kind is added by a line here and in config.ts. */
import type { SourceConfig } from './config';
import { DIALECTS, HMAC_ALGORITHMS, HMAC_ENCODINGS, TOKEN_PLACES, VERIFICATIONS } from './config';

interface KindField {
  /** The saved property, or the credential. */
  readonly name: string;
  readonly icon: string;
  readonly input:
    | { readonly kind: 'text' | 'number' | 'password'; readonly placeholder?: string }
    | { readonly kind: 'choice'; readonly options: readonly string[] }
    /** Drawn by the panel: a list of texts, a table, checkboxes. */
    | { readonly kind: 'widget' };
  /** Further conditions under which it shows, as conditional.ts reads them. */
  readonly when?: string;
}

export const kindFields: Readonly<Record<SourceConfig['kind'], readonly KindField[]>> = {
  'http-push': [
    { name: 'dialect', icon: 'language', input: { kind: 'choice', options: DIALECTS } },
    { name: 'path', icon: 'link', input: { kind: 'text', placeholder: '/telephony/events' } },
    { name: 'mapping', icon: 'exchange', input: { kind: 'widget' }, when: 'dialect=generic' },
    { name: 'verify', icon: 'shield', input: { kind: 'choice', options: VERIFICATIONS } },
    { name: 'tokenIn', icon: 'map-marker', input: { kind: 'choice', options: TOKEN_PLACES }, when: 'verify=token' },
    { name: 'tokenName', icon: 'header', input: { kind: 'text' }, when: 'verify=token' },
    { name: 'token', icon: 'key', input: { kind: 'password' }, when: 'verify=token' },
    { name: 'username', icon: 'user', input: { kind: 'text' }, when: 'verify=basic' },
    { name: 'password', icon: 'key', input: { kind: 'password' }, when: 'verify=basic' },
    { name: 'hmacHeader', icon: 'header', input: { kind: 'text' }, when: 'verify=hmac' },
    {
      name: 'hmacPrefix',
      icon: 'angle-double-right',
      input: { kind: 'text', placeholder: 'sha256=' },
      when: 'verify=hmac',
    },
    {
      name: 'hmacAlgorithm',
      icon: 'calculator',
      input: { kind: 'choice', options: HMAC_ALGORITHMS },
      when: 'verify=hmac',
    },
    { name: 'hmacEncoding', icon: 'font', input: { kind: 'choice', options: HMAC_ENCODINGS }, when: 'verify=hmac' },
    { name: 'secret', icon: 'key', input: { kind: 'password' }, when: 'verify=hmac' },
    { name: 'allowFrom', icon: 'filter', input: { kind: 'widget' } },
  ],
  simulator: [
    { name: 'callsPerMinute', icon: 'tachometer', input: { kind: 'number' } },
    { name: 'scenarios', icon: 'film', input: { kind: 'widget' } },
    { name: 'seed', icon: 'random', input: { kind: 'text' } },
  ],
};

const PREFIX = 'node-config-input';

/**
 * The rows of a form for all kinds. They go into the template of the form, not into the open form, so that Node-RED itself
 * fills, checks and saves them.
 */
export function drawKinds(): DocumentFragment {
  const rows = document.createDocumentFragment();
  for (const [kind, fields] of Object.entries(kindFields)) {
    for (const field of fields) rows.append(drawField(field, `kind=${kind} ${field.when ?? ''}`.trim()));
  }
  return rows;
}

function drawField({ name, icon, input }: KindField, when: string): HTMLElement {
  const row = document.createElement('div');
  row.className = input.kind === 'widget' ? 'form-row telephony-wide' : 'form-row';
  row.dataset['when'] = when;
  const label = document.createElement('label');
  if (input.kind !== 'widget') label.htmlFor = `${PREFIX}-${name}`;
  const image = document.createElement('i');
  image.className = `fa fa-${icon}`;
  const text = document.createElement('span');
  text.dataset['i18n'] = `${name}.label`;
  label.append(image, ' ', text);
  const tip = document.createElement('p');
  tip.className = 'telephony-tip';
  tip.dataset['i18n'] = `${name}.tip`;
  row.append(label, ' ', drawInput(name, input), tip);
  return row;
}

function drawInput(name: string, input: KindField['input']): HTMLElement {
  switch (input.kind) {
    case 'widget': {
      const holder = document.createElement('div');
      holder.id = `telephony-${name}`;
      return holder;
    }
    case 'choice': {
      const select = document.createElement('select');
      select.id = `${PREFIX}-${name}`;
      for (const value of input.options) {
        const option = document.createElement('option');
        option.value = value;
        option.dataset['i18n'] = `${name}.options.${value}`;
        select.append(option);
      }
      return select;
    }
    case 'text':
    case 'number':
    case 'password': {
      const typed = document.createElement('input');
      typed.id = `${PREFIX}-${name}`;
      // Attributes, not properties: only they survive being written as markup.
      typed.setAttribute('type', input.kind === 'password' ? 'password' : 'text');
      typed.setAttribute('autocomplete', input.kind === 'password' ? 'new-password' : 'off');
      if (input.kind === 'number') typed.className = 'telephony-short';
      if (input.placeholder) typed.setAttribute('placeholder', input.placeholder);
      return typed;
    }
  }
}
