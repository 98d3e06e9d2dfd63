/** Control sequences that programs write into their output: CSI … final byte; OSC … BEL or ST; any other escape (ECMA-48). */
export const SEQUENCE =
  // oxlint-disable-next-line no-control-regex -- control characters are what this reads
  /\u001b\[([0-?]*)[ -/]*([@-~])|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-~]/g;
// oxlint-disable-next-line no-control-regex
export const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** A progress bar writes itself anew after each carriage return: the line as it stands at last. */
export function lastState(line: string): string {
  if (!line.includes('\r')) return line;
  return line.split('\r').findLast((part) => part !== '') ?? '';
}

/** A line as it is read: without colours and control characters. */
export const plainText = (line: string): string => lastState(line).replace(SEQUENCE, '').replace(CONTROL, '');
