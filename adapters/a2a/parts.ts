import type { Part } from '@a2a-js/sdk';
import { isObject, type Json, type JsonObject } from '../../core/json.js';

/** What a call's message looks like on the wire. */
export function toParts(message: Json): Part[] {
  if (typeof message === 'string') return [part({ $case: 'text', value: message }, 'text/plain')];
  if (isObject(message) && Object.keys(message).length === 1 && Array.isArray(message['parts'])) {
    return message['parts'].map(toPart);
  }
  return [part({ $case: 'data', value: message }, 'application/json')];
}

function toPart(given: Json): Part {
  if (!isObject(given)) return part({ $case: 'data', value: given }, 'application/json');
  const { text, url, data, media_type } = given;
  const mediaType = typeof media_type === 'string' ? media_type : undefined;
  if (typeof text === 'string') return part({ $case: 'text', value: text }, mediaType ?? 'text/plain');
  if (typeof url === 'string') return part({ $case: 'url', value: url }, mediaType ?? '');
  if (data !== undefined) return part({ $case: 'data', value: data }, mediaType ?? 'application/json');
  return part({ $case: 'data', value: given }, 'application/json');
}

const part = (content: NonNullable<Part['content']>, mediaType: string): Part => ({
  content,
  mediaType,
  filename: '',
  metadata: undefined,
});

/** A part as expressions see it: one of `text`, `data`, `url`, `base64`, with what is known of it. */
export function fromPart({ content, mediaType, filename }: Part): JsonObject {
  const about = { ...(mediaType && { media_type: mediaType }), ...(filename && { filename }) };
  switch (content?.$case) {
    case 'text':
      return { text: content.value, ...about };
    case 'data':
      return { data: (content.value ?? null) as Json, ...about };
    case 'url':
      return { url: content.value, ...about };
    case 'raw':
      return { base64: content.value.toString('base64'), ...about };
    case undefined:
      return about;
  }
}

export const textOf = (parts: Part[]): string =>
  parts.flatMap(({ content }) => (content?.$case === 'text' ? content.value : [])).join('\n');
