import type { DownMessage } from './down-message.ts';
import type { UpMessage } from './up-message.ts';

/** Whatever travels between phone and camera. */
export type Message = UpMessage | DownMessage;

export type MessageType = Message['type'];

/** The claims that are particular to one type of message. */
export type MessageBody<T extends MessageType = MessageType> = Extract<Message, { type: T }>['body'];
