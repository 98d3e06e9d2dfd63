import { Ajv, type ErrorObject } from 'ajv';
import formats from 'ajv-formats';
import { asyncApiDocument } from '../../api/asyncapi.js';

export interface AsyncApi {
  channels: Record<string, { address: string; messages: Record<string, unknown> }>;
  operations: Record<string, { messages: { $ref: string }[] }>;
  components: {
    messages: Record<string, { name: string; payload: { $ref: string } }>;
    schemas: Record<string, object>;
  };
}
export const document = asyncApiDocument() as AsyncApi;

const ajv = formats.default(new Ajv({ strict: false, allErrors: true })).addSchema(document, 'doc');

/** What is wrong with a message by the schema that is published for it; refers to the whole document, as a client's check would. */
export function wrongBy(message: string, value: unknown): Partial<ErrorObject>[] {
  const validate = ajv.getSchema(`doc${document.components.messages[message]!.payload.$ref}`)!;
  return validate(value) === true ? [] : validate.errors!;
}

/** The name of the message for a type, as the document has it. */
export const messageOf = (type: string): string =>
  Object.entries(document.components.messages).find(([, { name }]) => name === type)![0];
