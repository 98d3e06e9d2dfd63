import { useQuery } from '@tanstack/react-query';
import { Field, Select } from '../../../../ui/index.js';
import { aliasesQuery, type Choice, choiceOf, choiceText, versionsQuery } from './api.js';

/** `stable → v3`, `canary → v3 90 %, v4 10 %`. */
export const routesInWords = (routes: readonly { version: number; weight: number }[]): string =>
  routes.map(({ version, weight }) => (routes.length === 1 ? `v${version}` : `v${version} ${weight} %`)).join(', ');

/** Which version runs. */
export function VersionPicker({
  name,
  value,
  onChange,
}: {
  name: string;
  value: Choice;
  onChange: (choice: Choice) => void;
}) {
  const versions = useQuery(versionsQuery(name)).data?.items ?? [];
  const aliases = useQuery(aliasesQuery(name)).data?.items ?? [];
  const [newest] = versions;
  return (
    <Field label="Version">
      {(control) => (
        <Select {...control} value={choiceText(value)} onChange={({ target }) => onChange(choiceOf(target.value))}>
          <option value="">{newest ? `Newest (v${newest.version})` : 'Newest'}</option>
          {aliases.length > 0 && (
            <optgroup label="Aliases">
              {aliases.map(({ alias, routes }) => (
                <option key={alias} value={`@${alias}`}>
                  {`@${alias} → ${routesInWords(routes)}`}
                </option>
              ))}
            </optgroup>
          )}
          {versions.length > 1 && (
            <optgroup label="Versions">
              {versions.map(({ version }) => (
                <option key={version} value={version}>
                  {`v${version}`}
                </option>
              ))}
            </optgroup>
          )}
        </Select>
      )}
    </Field>
  );
}
