/** The nonce under which this page may add styles: the server makes it anew for each page. Undefined where no policy is set, as in development. */
export const styleNonce = (): string | undefined =>
  document.querySelector<HTMLElement>('meta[property=csp-nonce]')?.nonce || undefined;
