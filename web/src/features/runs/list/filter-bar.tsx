import { useQuery } from '@tanstack/react-query';
import { Search, SlidersHorizontal, X } from 'lucide-react';
import { type FormEvent, useEffect, useId, useState } from 'react';
import { Button, Input } from '../../../ui/index.js';
import { workflowNamesQuery } from './api.js';
import { changed, isField, type RunsSearch } from './filters.js';
import css from './filter-bar.module.css';
import { TimeFilter } from './time-filter.js';

/** What narrows the list, but for the status. Each change is another address. */
export function FilterBar({ search, onChange }: { search: RunsSearch; onChange: (search: RunsSearch) => void }) {
  const put = (part: RunsSearch): void => onChange(changed(search, part));
  // On phones the rest is put away until it is asked for.
  const [open, setOpen] = useState(false);
  return (
    <div className={css.bar}>
      <Typed
        label="Search"
        placeholder="Workflow, starter or run id"
        value={search.q}
        icon
        onChange={(q) => put({ q })}
        className={css.search}
      />
      <Button
        className={css.toggle}
        icon={<SlidersHorizontal />}
        aria-expanded={open}
        aria-label={open ? 'Fewer filters' : 'More filters'}
        onClick={() => setOpen(!open)}
      />
      <div className={css.more} data-open={open || undefined}>
        <WorkflowFilter search={search} put={put} />
        <TimeFilter search={search} put={put} />
        <FieldFilter search={search} put={put} />
      </div>
    </div>
  );
}

export interface PartProps {
  search: RunsSearch;
  put: (part: RunsSearch) => void;
}

/** A text that is asked for once nobody types for a moment. */
function Typed({
  label,
  value,
  onChange,
  icon = false,
  className,
  ...rest
}: {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  icon?: boolean;
  placeholder?: string;
  className?: string | undefined;
  list?: string;
}) {
  const [text, setText] = useState(value ?? '');
  const [asked, setAsked] = useState(value ?? '');
  if ((value ?? '') !== asked) {
    setAsked(value ?? '');
    setText(value ?? '');
  }
  useEffect(() => {
    if (text === asked) return undefined;
    const timer = setTimeout(() => {
      setAsked(text);
      onChange(text.trim() === '' ? undefined : text);
    }, 300);
    return () => clearTimeout(timer);
  }, [text, asked, onChange]);
  return (
    <div className={className} data-icon={icon || undefined}>
      {icon && <Search size={14} aria-hidden />}
      <Input
        {...rest}
        type="search"
        aria-label={label}
        maxLength={200}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
    </div>
  );
}

function WorkflowFilter({ search, put }: PartProps) {
  const list = useId();
  const names = useQuery(workflowNamesQuery).data ?? [];
  const { workflow, version } = search;
  return (
    <div className={css.workflow}>
      <Typed
        label="Workflow"
        placeholder="Any workflow"
        list={list}
        value={workflow}
        onChange={(name) => put({ workflow: name, version: undefined })}
      />
      <datalist id={list}>
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </datalist>
      {workflow !== undefined && (
        <Input
          className={css.version}
          type="number"
          min={1}
          aria-label="Version"
          placeholder="version"
          value={version ?? ''}
          onChange={({ target }) =>
            put({ version: target.value === '' ? undefined : Math.max(1, Math.trunc(Number(target.value))) })
          }
        />
      )}
    </div>
  );
}

/** Fields that specs index: each is a chip that can be taken away. */
function FieldFilter({ search, put }: PartProps) {
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  const fields = search.field ?? [];
  const add = (event: FormEvent): void => {
    event.preventDefault();
    const given = text.trim().replace(/^(\w+)\s*[:=]\s*/, '$1:');
    if (given === '') return;
    if (!isField(given)) return setWrong(true);
    put({ field: [...fields, given] });
    setText('');
    setWrong(false);
  };
  return (
    <>
      <form onSubmit={add} className={css.field}>
        <Input
          aria-label="Field, as name:value"
          aria-invalid={wrong || undefined}
          title="A field that the workflow indexes. Enter adds it."
          placeholder="field:value"
          value={text}
          onChange={({ target }) => {
            setText(target.value);
            setWrong(false);
          }}
        />
        {wrong && (
          <p role="alert" className={css.wrong}>
            A field is written as name:value.
          </p>
        )}
      </form>
      {fields.map((field) => (
        <span key={field} className={css.chip}>
          <span className="mono">{field}</span>
          <Button
            look="quiet"
            className={css.remove}
            icon={<X />}
            aria-label={`Without ${field}`}
            onClick={() => put({ field: fields.filter((each) => each !== field) })}
          />
        </span>
      ))}
    </>
  );
}
