import { useQuery } from '@tanstack/react-query';
import { Download, FileBox } from 'lucide-react';
import { useState } from 'react';
import type { ArtifactRef, Json } from '../../../core/json.js';
import { problemOf, unreachable } from '../lib/api/problem.js';
import { bytesInWords } from '../lib/bytes.js';
import css from './artifact.module.css';
import { Button } from './button.js';
import { MOST_CHARS, MOST_PREVIEW, previewKind, tableOf } from './json/preview.js';
import { JsonView } from './json-view.js';
import { JsonTable } from './json/table.js';
import { Loading, ProblemPanel } from './states.js';

/**
 * The content of an artifact: a tree or a table, text, or an image. It is fetched when it is asked for (`now`: at once), and not at all when
 * it is too large to be looked at here.
 */
export function ArtifactPreview({
  artifact,
  path = '',
  now = false,
  fill = false,
}: {
  artifact: ArtifactRef;
  path?: string;
  now?: boolean;
  fill?: boolean;
}) {
  const [wanted, setWanted] = useState(now);
  const { $artifact: id, media_type, size } = artifact;
  const kind = previewKind(media_type);
  const small = size <= MOST_PREVIEW[kind];
  const href = `/api/v1/artifacts/${encodeURIComponent(id)}`;
  return (
    <div className={css.artifact} data-fill={fill || undefined}>
      <div className={css.head}>
        <FileBox size={15} aria-hidden />
        <span>
          {media_type} · <span className="num">{bytesInWords(size)}</span>
        </span>
        <code className={css.id} title={id}>
          {id.slice(0, 19)}…
        </code>
        <span className={css.acts}>
          {kind !== 'none' && small && !wanted && <Button onClick={() => setWanted(true)}>Show</Button>}
          <a className={css.download} href={href} download>
            <Download size={14} aria-hidden /> Download
          </a>
        </span>
      </div>
      {!small && (
        <p className={css.note}>
          {kind === 'none'
            ? 'There is no preview of this media type.'
            : `There is no preview of more than ${bytesInWords(MOST_PREVIEW[kind])}: download it.`}
        </p>
      )}
      {small && wanted && (kind === 'image' ? <Image href={href} /> : <Content {...{ id, href, kind, path, fill }} />)}
    </div>
  );
}

function Image({ href }: { href: string }) {
  const [broken, setBroken] = useState(false);
  if (broken) return <p className={css.note}>The image can not be shown.</p>;
  return <img className={css.image} src={href} alt="The content of the artifact" onError={() => setBroken(true)} />;
}

interface ContentProps {
  id: string;
  href: string;
  kind: 'json' | 'text' | 'none';
  path: string;
  fill: boolean;
}

function Content({ id, href, kind, path, fill }: ContentProps) {
  // What lies under a hash is the same for ever.
  const { data, error, refetch } = useQuery({
    ...{ queryKey: ['artifact', id], queryFn: () => contentOf(href), staleTime: Infinity, gcTime: 60_000 },
  });
  if (error) return <ProblemPanel error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading label="Loading the artifact" lines={4} />;
  const json = kind === 'json' ? parsed(data) : undefined;
  return json === undefined ? <Text text={data} /> : <Shown {...{ json, path, fill }} />;
}

function Shown({ json, path, fill }: { json: Json; path: string; fill: boolean }) {
  const table = tableOf(json);
  const [as, setAs] = useState<'table' | 'tree'>(table ? 'table' : 'tree');
  if (!table) return <JsonView value={json} label="the artifact" path={path} fill={fill} />;
  return (
    <>
      <div className={css.ways} role="group" aria-label="Shown as">
        {(['table', 'tree'] as const).map((way) => (
          <Button key={way} look="quiet" aria-pressed={as === way} onClick={() => setAs(way)}>
            {way === 'table' ? 'Table' : 'Tree'}
          </Button>
        ))}
      </div>
      {as === 'table' ? (
        <JsonTable table={table} />
      ) : (
        <JsonView value={json} label="the artifact" path={path} fill={fill} />
      )}
    </>
  );
}

function Text({ text }: { text: string }) {
  const cut = text.length > MOST_CHARS;
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard */}
      <pre className={css.text} tabIndex={0} aria-label="The content of the artifact">
        {cut ? text.slice(0, MOST_CHARS).toWellFormed() : text}
      </pre>
      {cut && (
        <p className={css.note}>
          The first {MOST_CHARS.toLocaleString('en')} of {text.length.toLocaleString('en')} characters are shown.
        </p>
      )}
    </>
  );
}

/** Throws Problem. */
async function contentOf(href: string): Promise<string> {
  const response = await fetch(href, { credentials: 'same-origin' }).catch((err: unknown) => {
    throw unreachable(err);
  });
  if (!response.ok) throw problemOf(await response.json().catch(() => undefined), response); // no JSON: told by the status
  return response.text();
}

/** Undefined: it says that it is JSON, and is none. */
function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
