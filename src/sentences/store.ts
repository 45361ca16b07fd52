/** What is wrong with a delivery store, its disk or its key. */
import { speaker } from '../sentence';

export const store = speaker('store', {
  busy: 'The delivery store __path__ is in use by another Node-RED, or by another store node with the same path. Stop the other one, or give this store its own path.',
  damaged:
    'The file __path__ is damaged or no database, so no delivery can be kept in it. It was left as it is. Put a backup in its place, or move it (and the files beside it that start with its name) elsewhere: a new one is then made.',
  'other-program':
    'The file __path__ is a database of another program, so no delivery can be kept in it. It was left as it is. Put a backup in its place, or move it (and the files beside it that start with its name) elsewhere: a new one is then made.',
  replaced:
    'The file __path__ was replaced by another one while it was in use. Put the old one back, or restart Node-RED to go on with the new one: what was kept since is then lost.',
  newer:
    'The delivery store __path__ was written by a newer version of this pack (layout __found__, known up to __known__). Update the pack, or choose another path.',
  full: 'The disk that holds the delivery store __path__ is full. Nothing new is kept until there is room on it.',
  unwritable:
    'The delivery store __path__ cannot be written (__reason__). Check that its folder exists, belongs to the user that runs Node-RED and lies on a disk that works.',
  stopped:
    'The thread that keeps the delivery store __path__ ended unexpectedly. It is not known whether what was just asked of it is kept; the store is opened again at the next call.',
  'stopped-by':
    'The thread that keeps the delivery store __path__ ended unexpectedly (__reason__). It is not known whether what was just asked of it is kept; the store is opened again at the next call.',
  closed: 'The delivery store was closed before its disk accepted this.',
  overfull: 'Not kept: __writes__ writes wait in memory for the disk already, and there is no room for more.',
  'overfull-since':
    'Not kept: __writes__ writes wait in memory for the disk already, and there is no room for more. __reason__',
  sealed:
    'The secrets of this delivery cannot be read: the key file beside the database is not the one they were sealed with.',
  key: '__path__ is not a key of __bytes__ bytes. Restore it from a backup, or move it away to begin a new one.',
  cursor: 'The cursor is not one that a list answered. Ask for the first page again.',
  'disk-nearly-full':
    'The disk of the delivery store is nearly full: __free__ MB are free in __folder__. Make room before nothing more can be kept.',
  'cap-nearly-reached':
    'Deliveries that wait take up about __used__ of the __most__ MB that the delivery store may have, and are never removed to make room. See to the receivers that refuse them, or discard what need not be sent.',
});
