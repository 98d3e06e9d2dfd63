import { timeZoneProblem } from './time-zones.js';

test.each([
  'UTC',
  'Europe/Berlin',
  'America/Argentina/Buenos_Aires',
  'US/Pacific',
  'Etc/GMT+5',
  'America/Port-au-Prince',
])('%s is a time zone', (name) => expect(timeZoneProblem(name)).toBeUndefined());

test.each([
  ['Nowhere/City', /there is no time zone Nowhere\/City; IANA names/],
  ['europe/berlin', /did you mean Europe\/Berlin\?/],
  ['utc', /did you mean UTC\?/],
  ['EUROPE/BERLIN', /did you mean Europe\/Berlin\?/],
  ['+02:00', /there is no time zone/],
  ['', /there is no time zone/],
  [' UTC', /there is no time zone/],
])('%j is none', (name, problem) => expect(timeZoneProblem(name)).toMatch(problem));
