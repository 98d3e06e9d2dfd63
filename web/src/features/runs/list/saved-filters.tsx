import { Link } from '@tanstack/react-router';
import { Bookmark, X } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Button, Dialog, Field, Input, toast } from '../../../ui/index.js';
import { isFiltered, keyOf, type RunsSearch } from './filters.js';
import css from './saved-filters.module.css';
import { MOST_SAVED, type Saved, withSaved } from './saved.js';

interface Props {
  search: RunsSearch;
  saved: Saved[];
  put: (all: Saved[]) => boolean;
}

/** Filters by name. Each is a link, as the filter itself is. */
export function SavedFilters({ search, saved, put }: Props) {
  if (saved.length === 0) return null;
  const here = keyOf(search);
  return (
    <nav className={css.saved} aria-label="Saved filters">
      <Bookmark size={14} aria-hidden className={css.icon} />
      {saved.map(({ name, search: its }) => (
        <span key={name} className={css.chip} data-on={keyOf(its) === here || undefined}>
          <Link to="/runs" search={its} aria-current={keyOf(its) === here ? 'page' : undefined}>
            {name}
          </Link>
          <Button
            look="quiet"
            className={css.remove}
            icon={<X />}
            aria-label={`Forget the filter ${name}`}
            onClick={() => put(saved.filter((each) => each.name !== name))}
          />
        </span>
      ))}
    </nav>
  );
}

/** Offered for a filter that has no name yet. */
export function SaveFilter({ search, saved, put }: Props) {
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  if (!isFiltered(search) || saved.some((each) => keyOf(each.search) === keyOf(search))) return null;
  const save = (event: FormEvent): void => {
    event.preventDefault();
    const next = withSaved(saved, name.trim(), search);
    if (!next) return toast(`There are ${MOST_SAVED} saved filters already. Forget one first.`, 'bad');
    if (!put(next)) return toast('This browser keeps nothing, so the filter can’t be saved.', 'bad');
    setOpen(false);
    setName('');
  };
  const replaces = saved.some((each) => each.name === name.trim());
  return (
    <>
      <Button icon={<Bookmark />} onClick={() => setOpen(true)}>
        Save filter
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Save this filter"
        description="It is kept in this browser. To give it to others, send the address."
        footer={
          <Button look="primary" type="submit" form="save-filter" disabled={name.trim() === ''}>
            {replaces ? 'Replace' : 'Save'}
          </Button>
        }
      >
        <form id="save-filter" onSubmit={save}>
          <Field label="Name" help={replaces ? 'There is one of this name: it is replaced.' : undefined}>
            {(field) => (
              <Input
                {...field}
                autoFocus
                maxLength={40}
                value={name}
                onChange={({ target }) => setName(target.value)}
              />
            )}
          </Field>
        </form>
      </Dialog>
    </>
  );
}
