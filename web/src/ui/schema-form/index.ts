export type { ControlProps, TextControl } from './form-context.js';
export { type Edit, SchemaForm, type SchemaFormProps } from './schema-form.js';
export { type FieldError, filled, validate } from './validate.js';
export { getAt, type Path, pointerOf, setAt } from './values.js';
