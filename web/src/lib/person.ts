/** A subject as people read it: `user:ann` is ann; of a key, which is known by a long id, its end; `schedule:nightly` stays as it is. */
export const personOf = (subject: string): string =>
  subject.replace(/^(?:user|key):/, '').replace(/^key_[0-9a-f]{8,}([0-9a-f]{4})$/, 'key …$1');
