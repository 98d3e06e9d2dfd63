/** The header in which a page says for whom it stands. */
export const SPEAKER_HEADER = 'Heddle-Speaker';

/** For whom a page stands, as its value: the subject and the org, percent-encoded, with a blank between them. */
export const speakerOf = ({ subject, orgId }: { subject: string; orgId: string }): string =>
  `${encodeURIComponent(subject)} ${encodeURIComponent(orgId)}`;
