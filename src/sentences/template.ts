/** What is wrong with a template, or with what it renders to; and what is odd about it. */
import type { Problem } from '../errors';
import { type Sentence, sentenceOf, speaker } from '../sentence';

export const template = speaker('template', {
  'in-field': '__field__: __reason__',
  'at-line': 'Line __line__: __reason__',
  'once-deployed': '__reason__ What is typed in the panel counts once it is deployed.',
  'event-gone': 'The event is not kept any more: choose another one.',
  'no-event-type': 'eventType: "__type__" is no event type.',

  method: '"__method__" is not an HTTP method.',
  'no-user-parameters': 'Format text does not send user parameters: write them into the text.',
  'raw-user-parameters': 'Format raw does not send user parameters: put them into the query, or choose another format.',
  'no-body': '__method__ sends no body: parameters go into the query.',
  'secret-name': 'The secret name "__name__" needs at least three letters, digits or "_", and no digit first.',
  'type-varies': 'The Content-Type of a text holds no variables or secrets, because it decides how values are escaped.',

  'too-long': 'A template has at most 64 kB.',
  nul: 'A template cannot hold the character NUL.',
  'secret-undeclared': 'The secret %__name__% is declared neither in this template nor in its endpoint.',
  'has-mistake': 'The template has a mistake here.',
  'nested-template': 'The template is nested too deeply.',
  'nested-blocks': 'Blocks are nested too deeply.',
  'nested-parentheses': 'Parentheses are nested too deeply.',
  'nested-rows': 'Rows are nested more than __most__ deep.',
  'nested-value': 'The value is nested too deeply for a form or query.',
  'nested-values': 'A value is too long or nested too deeply.',
  'block-open': 'A block such as {{#if}} is opened and never closed.',
  'no-expression': 'The braces hold no valid expression.',
  'no-expression-near': 'The braces hold no valid expression near __near__.',
  'no-match': '"__open__" doesn\'t match "__close__".',
  'no-path': '"__path__" is no path to a value.',
  'braces-open': 'Braces are opened and not closed nearby.',
  'braces-unclosed': '"{{" has no "}}". Write \\{{ for braces that are text.',
  'three-braces':
    'Three braces would put a value in unescaped. Write {{name}}, with a space between it and a brace that stands before it.',
  ampersand: '{{& }} would put a value in unescaped. Write {{name}}.',
  partials: 'Partials ({{> }}) are not available.',
  decorators: 'Decorators ({{* }}) are not available.',
  'partials-decorators': 'Partials and decorators are not available.',
  'comment-open': 'A comment is opened and never closed.',
  escaped: 'Values are always escaped: write {{name}}.',
  'different-ends':
    'The ways through {{#__block__}} end in different places: quotes, tags and the like must be opened and closed in the same part.',

  'needs-value': '"__name__" needs a value: __usage__.',
  'no-block': '{{#__name__}} is no block: there are #if, #unless, #each and #with.',
  'block-value': '{{#__name__}} needs one value, as in {{#__name__ callerName}}.',
  'no-function': '"__name__" is no function. There are __functions__.',
  'no-function-like': '"__name__" is no function. Did you mean "__meant__"?',
  usage: '"__name__" is written __usage__.',
  'means-nothing': '"__name__=" means nothing here.',
  'secret-in-braces':
    'The secret %__name__% cannot stand in braces, except directly in a hash: write it outside of them.',
  'secret-hashed': '%__name__% is hashed at once, so it must be a secret of this template itself.',
  'secret-here': 'The secret %__name__% cannot stand here.',
  'only-in-blocks': '{{this}} and {{..}} mean something in {{#each}} and {{#with}} only.',
  'only-in-each': '@index, @key, @first and @last mean something in {{#each}} only.',
  'only-when-sent': '"__name__" is not known before the request is sent, and is empty here.',
  'maybe-unknown': '"__name__" is no known parameter: events without it fail.',
  'maybe-unknown-like': '"__name__" is no known parameter: events without it fail. Did you mean "__meant__"?',
  unknown: '"__name__" is neither a known parameter nor in this event.',
  'unknown-like': '"__name__" is neither a known parameter nor in this event. Did you mean "__meant__"?',

  'no-time': '"__value__" is not a time that "date" can read.',
  'hmac-key': '"hmac" needs a key: {{hmac value "%secret%"}}.',
  'hmac-algorithm': '"hmac" knows __algorithms__.',
  'hmac-encoding': '"hmac" writes __encodings__.',

  'no-number': '"__value__" is not a number.',
  'no-boolean': '"__value__" is not true or false.',
  'key-empty': 'The key is empty.',
  'key-secret': 'A key cannot hold a secret.',
  'key-variable': 'The key "__key__" holds a variable. Only values can.',
  replaced: '"__key__" is also in __place__, which wins.',

  'rpc-method': 'Type the name of the method that is called.',
  'no-json': 'The text is not JSON: __reason__.',
  'came-out-no-json': 'The body came out as no JSON: __reason__.',
  'like-json': 'This looks like JSON but is sent as plain text, values as they are: correct it to have them escaped.',
  'like-xml':
    'This looks like XML but is sent as plain text, values as they are: set the Content-Type to application/xml to have them escaped.',
  'raw-property': 'Type the message property to send, such as payload.',
  'no-property': 'The message has no property msg.__property__.',
  'header-name': '"__name__" is not a header name: letters, digits and hyphens make one.',
  'header-of-connection': '"__name__" is set by the connection itself and left out here.',
  'header-value': 'A header cannot hold a line break, NUL or another control character.',
  loops: 'Its loops go round more than __most__ times.',
  'body-too-long': 'What it renders to is longer than 5 MB.',
  unwritable: 'A value cannot be written: __reason__.',

  fragment: 'What stands behind "#" in a URL is never sent.',
  'dot-segment': 'A part of the path is "." or "..", which would change the path.',
  'url-control': 'The URL holds a line break or another control character.',
  'url-backslash': 'The URL holds a backslash: write "/".',
  'url-query-key': 'A key in the query holds a variable. Only values can: write ?key={{name}}.',
  'url-scheme': 'The URL must begin with http:// or https:// and a host, or with "/" for a path behind the base URL.',
  'url-origin-varies': 'Scheme, host and port hold no variables or secrets: they can stand in path and query.',
  'url-begins-variable':
    'The URL begins with a variable or secret. Type scheme and host, or begin with "/" for a path behind the base URL of the endpoint.',
  'url-begins-host':
    'The URL begins with "__read__" and a variable or secret, which may be a host. Type scheme and host, or begin with "/" for a path behind the base URL of the endpoint.',
  'url-origin': 'Scheme, host and port of the URL are not valid.',
  'form-key': 'A key of the form holds a variable. Only values can: write key={{name}}.',
  'behind-percent': 'A variable stands right behind an open "%".',
  'behind-backslash':
    'A variable stands right behind an open backslash. For a backslash as text, write three of them before {{.',
  'json-whole-value': 'A variable outside quotes must be a whole value: put quotes around what belongs together.',
  'json-quote-open': 'A quote is opened and never closed.',
  'json-key': 'A key holds a variable. Only values can.',
  'json-text-behind': 'Text follows right behind a variable outside quotes: put quotes around both.',
  'xml-tag': 'A variable stands inside a tag: only element text and attribute values in quotes can hold one.',
  'xml-comment': 'A variable stands inside a comment.',
  'xml-instruction': 'A variable stands inside <? … ?>.',
  'xml-declaration': 'A variable stands inside <! … >.',
  'xml-script': 'A variable stands inside a script or style element.',
  'xml-behind-ampersand': 'A variable stands right behind an open "&".',
  'xml-end': 'The text ends inside a tag, comment or CDATA section.',
});

/** The field goes before what is said of it: for where only the sentence is seen. */
export function inField({ field, ...reason }: Problem): Sentence {
  return template('in-field', { field, reason: sentenceOf(reason) });
}
