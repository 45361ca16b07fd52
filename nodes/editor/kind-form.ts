/** Draws the rows of a form out of fields that are data: `telephony-source` has other fields for every kind. */
import type { KindField } from '../telephony-source/kinds';

const PREFIX = 'node-config-input';

/**
 * The rows of a form for all kinds. They go into the template of the form, not into the open form, so that Node-RED itself
 * fills, checks and saves them.
 */
export function drawKinds(kinds: Readonly<Record<string, readonly KindField[]>>): DocumentFragment {
  const rows = document.createDocumentFragment();
  for (const [kind, fields] of Object.entries(kinds)) {
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
