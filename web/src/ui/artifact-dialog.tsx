import type { ArtifactRef } from '../../../core/json.js';
import { bytesInWords } from '../lib/bytes.js';
import { ArtifactPreview } from './artifact.js';
import { Dialog } from './dialog.js';

/** The content of an artifact beside the page. */
export function ArtifactDialog({
  artifact,
  open,
  onOpenChange,
}: {
  artifact: ArtifactRef;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const { $artifact: id, media_type, size } = artifact;
  return (
    <Dialog
      {...{ open, onOpenChange, place: 'side', width: 'wide', title: 'Artifact' }}
      description={
        <>
          {media_type} · {bytesInWords(size)} · <code>{id.slice(0, 19)}…</code>
        </>
      }
    >
      {open && <ArtifactPreview artifact={artifact} now />}
    </Dialog>
  );
}
