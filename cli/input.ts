import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { isObject, type Json, type JsonObject } from '../core/json.js';
import { CliError, EXIT } from './exit.js';

/** `--input` in its three forms, later ones over earlier ones: `{"a":1}`, `@file.json` or `@file.yaml`, `a=1`. */
export function readInput(given: string[], cwd: string): JsonObject {
  return Object.assign({}, ...given.map((text) => readOne(text, cwd)));
}

function readOne(text: string, cwd: string): JsonObject {
  if (text.startsWith('@')) return objectOf(fileText(text.slice(1), cwd), text.slice(1));
  if (text.trimStart().startsWith('{')) return objectOf(text, '--input');
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key !== undefined && value !== undefined) return { [key]: scalar(value) };
  throw new CliError(EXIT.invalid, `--input ${text} is neither JSON, @file nor key=value`);
}

/** Of an option that may be repeated: all that was given. */
export const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** One JSON value, or `@file` in JSON or YAML. */
export function readJson(text: string, cwd: string): Json {
  const [source, where] = text.startsWith('@') ? [fileText(text.slice(1), cwd), text.slice(1)] : [text, text];
  try {
    return parse(source) as Json;
  } catch (cause) {
    throw new CliError(EXIT.invalid, `${where}: ${(cause as Error).message.split('\n')[0]}`, { cause });
  }
}

function objectOf(text: string, where: string): JsonObject {
  let value: unknown;
  try {
    // JSON is YAML, so one parser reads both kinds of file.
    value = parse(text);
  } catch (cause) {
    throw new CliError(EXIT.invalid, `${where}: ${(cause as Error).message.split('\n')[0]}`, { cause });
  }
  if (isObject(value)) return value;
  throw new CliError(EXIT.invalid, `${where} must be an object`);
}

/** `n=3` is a number, `on=true` a boolean, `name=Ada` a string; quotes make anything a string: `n='"3"'`. */
function scalar(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** What a file holds, as it stands there; `-` is standard input. */
export const readText = (name: string, cwd: string): string => fileText(name, cwd);

function fileText(name: string, cwd: string): string {
  try {
    return readFileSync(name === '-' ? 0 : resolve(cwd, name), 'utf8');
  } catch (cause) {
    throw new CliError(EXIT.invalid, `${name} can't be read: ${(cause as Error).message}`, { cause });
  }
}
